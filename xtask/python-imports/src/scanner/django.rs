//! Modules that settings and routes of Django name in texts, and that it imports when it starts.

use super::Scanner;

/// Settings whose texts are dotted paths of modules, or of names in modules.
const SETTINGS: [&str; 5] = [
    "INSTALLED_APPS",
    "MIDDLEWARE",
    "ROOT_URLCONF",
    "WSGI_APPLICATION",
    "ASGI_APPLICATION",
];

/// The module of a path: classes, and the `application` of a module, are names in it.
pub(super) fn module(path: &str) -> &str {
    match path.rsplit_once('.') {
        Some((module, name)) if name == "application" || name.starts_with(|c: char| c.is_ascii_uppercase()) => module,
        Some(_) | None => path,
    }
}

impl Scanner<'_> {
    /// Whether the statement that begins with this word, and goes on where the scanner is, sets such a setting. Lists of which settings are
    /// put together are called `LOCAL_APPS` and the like.
    pub(super) fn is_setting(&self, word: &str) -> bool {
        let is_named = SETTINGS.contains(&word) || word.ends_with("_APPS");
        if !is_named || !self.text.contains("INSTALLED_APPS") {
            return false;
        }
        let rest = self
            .text
            .get(self.at..)
            .unwrap_or_default()
            .trim_start_matches([' ', '\t']);
        let adds = ["=", "+=", ".append(", ".extend(", ".insert(", ": "];
        // Both sides of a condition in one line: nobody knows which.
        let line = rest.lines().next().unwrap_or_default();
        adds.iter().any(|way| rest.starts_with(way)) && !rest.starts_with("==") && !line.contains(" if ")
    }

    /// Whether the text behind is the module of `include("orders.urls")`.
    pub(super) fn is_included(&self, before: &[u8]) -> bool {
        before.ends_with(b"include(")
            && ["django.urls", "django.conf.urls"]
                .iter()
                .any(|name| self.text.contains(name))
    }
}

#[cfg(test)]
mod tests {
    use crate::imports;

    fn found(text: &str) -> Vec<(String, bool)> {
        let imports = imports(text).into_iter();
        imports.map(|import| (import.path, import.is_guarded)).collect()
    }

    fn paths(text: &str) -> Vec<String> {
        found(text).into_iter().map(|(path, _)| path).collect()
    }

    #[test]
    fn apps_and_routes_are_modules() {
        let settings = "\
INSTALLED_APPS = [
    'django.contrib.admin',  # 'not.this'
    \"orders.apps.OrdersConfig\",
]
MIDDLEWARE = ['shop.middleware.Trace']
ROOT_URLCONF = 'shop.urls'
WSGI_APPLICATION = \"shop.wsgi.application\"
LANGUAGE_CODE = 'en.gb'
";
        let expected = [
            "django.contrib.admin",
            "orders.apps.OrdersConfig",
            "shop.middleware.Trace",
            "shop.urls",
            "shop.wsgi.application",
        ];
        assert_eq!(paths(settings), expected);
        let routes = "from django.urls import include, path\nurlpatterns = [path('', include('orders.urls'))]\n";
        assert_eq!(
            paths(routes),
            ["django.urls.include", "django.urls.path", "orders.urls"]
        );
    }

    #[test]
    fn classes_are_names_in_their_modules() {
        assert_eq!(super::module("orders.apps.OrdersConfig"), "orders.apps");
        assert_eq!(super::module("shop.wsgi.application"), "shop.wsgi");
        assert_eq!(super::module("orders"), "orders");
        let text = "INSTALLED_APPS = ['orders.apps.OrdersConfig']\n";
        assert_eq!(&text[imports(text)[0].span.clone()], "orders.apps");
    }

    #[test]
    fn lists_may_be_put_together() {
        let text = "LOCAL_APPS = ['orders']\nINSTALLED_APPS = ['django.contrib.auth'] + LOCAL_APPS\nINSTALLED_APPS += ['a.b']\n";
        assert_eq!(paths(text), ["orders", "django.contrib.auth", "a.b"]);
        let text = "INSTALLED_APPS = []\nif DEBUG:\n    INSTALLED_APPS.append('debug_toolbar')\n";
        assert_eq!(found(text), [("debug_toolbar".to_owned(), true)]);
    }

    #[test]
    fn what_is_no_list_of_modules_is_left() {
        for text in [
            "INSTALLED_APPS.remove('orders')\n",
            "INSTALLED_APPS = ['debug_toolbar'] if DEBUG else []\n",
            "INSTALLED_APPS = [f'{name}.apps']\n",
            "if INSTALLED_APPS == ['x']:\n    pass\n",
            "MIDDLEWARE = ['cors']\n",
            "urlpatterns = [include('orders.urls')]\n",
        ] {
            assert_eq!(paths(text), [] as [&str; 0], "{text}");
        }
    }
}
