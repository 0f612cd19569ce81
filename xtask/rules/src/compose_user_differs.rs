use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::{Problem, Sameness};
use facts::Subject;

pub const RULE: Rule = Rule {
    id: "compose-user-differs",
    aspect: Aspect::Compose,
    level: Level::Error,
    what: "a compose file for production runs a service as a different user than its image",
    why: "the files of the image belong to the user that the image names",
    example: "user: root in docker-compose.prod.yml, USER 10001 in Dockerfile",
    fix: "remove `user`",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let Some(user) = subject.prod.as_ref().and_then(|prod| prod.config.user.as_ref()) else {
        return Vec::new();
    };
    let settings = subject.repo.user_of(subject.service);
    let plain = |said: &str| {
        let name = said.split(':').next().unwrap_or_default();
        match name {
            "root" => "0".to_owned(),
            name if name == settings.name => settings.uid.to_string(),
            name => name.to_owned(),
        }
    };
    let own = plain(&user.value);
    // A name and a number may be the same user; nobody is called as root is.
    let is_number = |said: &str| said.parse::<u32>().is_ok();
    let is_told = |said: &str| !said.contains('*') && (is_number(said) == is_number(&own) || said == "0" || own == "0");
    let wrong = subject.in_production().filter_map(|run| {
        let said = run.service.user.as_ref()?;
        let other = plain(&said.value);
        (other != own && is_told(&other)).then(|| {
            Problem::error(format!(
                "{} runs as user {}; its image as {}",
                run.name(),
                said.value,
                user.value
            ))
            .at(said.place.clone().label("compose"))
            .at(user.place.clone().label("the image"))
        })
    });
    wrong.map(|problem| problem.same_by(Sameness::Place)).collect()
}
