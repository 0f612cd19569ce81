use diagnostics::Problem;
use repo::toml::quoted;
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
        let known: Vec<&str> = RULES.iter().map(|rule| rule.id).collect();
        Problem::error(format!("rule `{id}` does not exist"))
            .remedy(format!("known rules are {}", quoted(&known)))
            .into()
    })
}
