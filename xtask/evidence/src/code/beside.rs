//! Names that a package has, and that work only with another package beside it, which it does not bring by itself.

/// A module, or a name in one, with the package that it needs: its import, or its first use, fails without that.
const NEEDS: [(&str, &str); 13] = [
    ("fastapi.File", "python-multipart"),
    ("fastapi.Form", "python-multipart"),
    ("fastapi.UploadFile", "python-multipart"),
    ("fastapi.responses.ORJSONResponse", "orjson"),
    ("fastapi.responses.UJSONResponse", "ujson"),
    ("fastapi.security.OAuth2PasswordRequestForm", "python-multipart"),
    ("fastapi.templating", "jinja2"),
    ("pydantic.EmailStr", "email-validator"),
    ("pydantic.NameEmail", "email-validator"),
    ("pydantic.networks.EmailStr", "email-validator"),
    ("starlette.middleware.sessions", "itsdangerous"),
    ("starlette.templating", "jinja2"),
    ("uvicorn.workers", "gunicorn"),
];

/// The name in the table that an import is about, and the package that it needs.
pub fn needs_beside(path: &str) -> Option<(&'static str, &'static str)> {
    let mut ends = path.match_indices('.').map(|(at, _)| at).chain([path.len()]);
    ends.find_map(|end| {
        let at = NEEDS.binary_search_by_key(&&path[..end], |(name, _)| name).ok()?;
        Some(NEEDS[at])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_by_what_is_imported_out_of_them() {
        assert!(NEEDS.is_sorted());
        for (path, expected) in [
            ("fastapi.Form", Some("python-multipart")),
            ("fastapi.FormData", None),
            ("fastapi", None),
            ("starlette.templating.Jinja2Templates", Some("jinja2")),
            ("pydantic.EmailStr", Some("email-validator")),
        ] {
            assert_eq!(needs_beside(path).map(|(_, package)| package), expected, "{path}");
        }
    }
}
