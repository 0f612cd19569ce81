//! The functions that templates of Helm have: Go's own, Sprig's and Helm's.

#[rustfmt::skip]
const KNOWN: &[&str] = &[
    // Go
    "and", "block", "break", "call", "continue", "define", "else", "end", "eq", "ge", "gt", "html", "if", "index", "js", "le",
    "len", "lt", "ne", "nil", "not", "or", "print", "printf", "println", "range", "slice", "template", "true", "false",
    "urlquery", "with",
    // Helm
    "fail", "fromJson", "fromJsonArray", "fromToml", "fromYaml", "fromYamlArray", "getHostByName", "include", "lookup", "mustToJson",
    "mustToToml", "mustToYaml", "required", "toJson", "toToml", "toYaml", "toYamlPretty", "tpl",
    // Sprig
    "abbrev", "abbrevboth", "add", "add1", "add1f", "addf", "adler32sum", "ago", "all", "any", "append", "atoi", "b32dec", "b32enc",
    "b64dec", "b64enc", "base", "bcrypt", "biggest", "buildCustomCert", "camelcase", "cat", "ceil", "chunk", "clean", "coalesce",
    "compact", "concat", "contains", "date", "dateInZone", "dateModify", "date_in_zone", "date_modify", "decryptAES", "deepCopy",
    "deepEqual", "default", "derivePassword", "dict", "dig", "dir", "div", "divf", "duration", "durationRound", "empty",
    "encryptAES", "ext", "first", "float64", "floor", "fromJson", "genCA", "genCAWithKey", "genPrivateKey", "genSelfSignedCert",
    "genSelfSignedCertWithKey", "genSignedCert", "genSignedCertWithKey", "get", "has", "hasKey", "hasPrefix", "hasSuffix", "hello",
    "htmlDate", "htmlDateInZone", "htpasswd", "indent", "initial", "initials", "int", "int64", "isAbs", "join", "kebabcase",
    "keys", "kindIs", "kindOf", "last", "list", "lower", "max", "maxf", "merge", "mergeOverwrite", "min", "minf", "mod", "mul",
    "mulf", "mustAppend", "mustChunk", "mustCompact", "mustDateModify", "mustDeepCopy", "mustFirst", "mustFromJson", "mustHas",
    "mustInitial", "mustLast", "mustMerge", "mustMergeOverwrite", "mustPrepend", "mustPush", "mustRegexFind", "mustRegexFindAll",
    "mustRegexMatch", "mustRegexReplaceAll", "mustRegexReplaceAllLiteral", "mustRegexSplit", "mustRest", "mustReverse",
    "mustSlice", "mustToDate", "mustToJson", "mustToPrettyJson", "mustToRawJson", "mustUniq", "mustWithout", "must_date_modify",
    "nindent", "nospace", "now", "omit", "osBase", "osClean", "osDir", "osExt", "osIsAbs", "pick", "pluck", "plural", "prepend",
    "push", "quote", "randAlpha", "randAlphaNum", "randAscii", "randBytes", "randInt", "randNumeric", "regexFind", "regexFindAll",
    "regexMatch", "regexQuoteMeta", "regexReplaceAll", "regexReplaceAllLiteral", "regexSplit", "repeat", "replace", "rest",
    "reverse", "round", "semver", "semverCompare", "seq", "set", "sha1sum", "sha256sum", "sha512sum", "shuffle", "slice",
    "snakecase", "sortAlpha", "split", "splitList", "splitn", "squote", "sub", "subf", "substr", "swapcase", "ternary", "title",
    "toDate", "toDecimal", "toPrettyJson", "toRawJson", "toString", "toStrings", "trim", "trimAll", "trimPrefix", "trimSuffix",
    "trimall", "trunc", "tuple", "typeIs", "typeIsLike", "typeOf", "uniq", "unixEpoch", "unset", "until", "untilStep", "untitle",
    "upper", "urlJoin", "urlParse", "uuidv4", "values", "without", "wrap", "wrapWith",
];

/// The function that a name most likely means, if it is none itself. A name that is near none may be of a later Helm.
pub fn meant(name: &str) -> Option<&'static str> {
    if KNOWN.contains(&name) {
        return None;
    }
    let same = KNOWN.iter().find(|known| known.eq_ignore_ascii_case(name));
    let near = || {
        KNOWN
            .iter()
            .find(|known| known.len() > 4 && is_one_letter_off(known, name))
    };
    same.or_else(near).copied()
}

/// Whether one letter is added, missing or different.
fn is_one_letter_off(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let before = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let (a, b) = (&a[before..], &b[before..]);
    let behind = a.iter().rev().zip(b.iter().rev()).take_while(|(a, b)| a == b).count();
    a.len() - behind <= 1 && b.len() - behind <= 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_the_function_that_is_meant() {
        assert_eq!(meant("toYAML"), Some("toYaml"));
        assert_eq!(meant("nindnt"), Some("nindent"));
        assert_eq!(meant("quotee"), Some("quote"));
        assert_eq!(meant("requared"), Some("required"));
        for name in ["toYaml", "quote", "mustToToml", "fromTomlOfTheFuture", "in", "adds", ""] {
            assert_eq!(meant(name), None, "{name}");
        }
    }
}
