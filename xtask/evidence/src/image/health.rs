//! The health check of an image.

use super::stage::State;
use crate::health::{Health, HealthCheck};
use diagnostics::Place;
use formats::shell::Variables;

/// The check that the last of these stages ends up with. `None` where there is none.
pub fn of(stages: &[State]) -> Option<HealthCheck> {
    let last = stages.last()?;
    let health = last.health.as_ref().filter(|said| said.value != Health::Off)?;
    let env: Variables = last
        .env
        .iter()
        .map(|(name, said)| (name.clone(), said.value.clone()))
        .collect();
    Some(HealthCheck {
        commands: health.value.commands(&env),
        health: health.value.clone(),
        place: health.place.clone(),
    })
}
/// Where it is switched off: `HEALTHCHECK NONE`.
pub fn off(stages: &[State]) -> Option<Place> {
    let said = stages.last()?.health.as_ref()?;
    (said.value == Health::Off).then(|| said.place.clone())
}
