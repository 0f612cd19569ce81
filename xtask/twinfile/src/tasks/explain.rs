use diagnostics::Problem;
use repo::{suggestion::nearest, toml::quoted};
use rules::{RULES, Rule, rule};

/// Explain what a rule of `verify-parity` finds, why it matters, and how to fix it
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Rule to explain [default: all]
    #[arg(value_name = "RULE")]
    rule: Option<String>,
}

/// The rules that are asked about. An unknown name is a problem.
pub fn run(args: &Args) -> Result<Vec<&'static Rule>, Vec<Problem>> {
    let Some(id) = &args.rule else {
        return Ok(RULES.to_vec());
    };
    rule(id).map(|rule| vec![rule]).ok_or_else(|| {
        Problem::error(format!("rule `{id}` does not exist"))
            .remedy(instead(id))
            .into()
    })
}

/// The rules whose names are like that one. All of them would fill a screen.
fn instead(id: &str) -> String {
    let known: Vec<&str> = RULES.iter().map(|rule| rule.id).collect();
    let alike: Vec<&str> = known.iter().filter(|rule| rule.contains(id)).copied().collect();
    match (nearest(id, &known), alike.as_slice()) {
        (Some(near), _) => format!("did you mean `{near}`?"),
        (None, [only]) => format!("did you mean `{only}`?"),
        (None, []) => String::from("run `cargo xtask explain`, which prints every rule"),
        (None, alike) => format!("rules with such a name are {}", quoted(alike)),
    }
}
