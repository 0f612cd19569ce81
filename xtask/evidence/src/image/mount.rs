//! The bind mounts of a `RUN`: files of the context, and other stages.

use ::image::Found;

use super::{
    disk::Disk,
    files::{Copied, Layer},
    stage::{StageContext, State, stage_of},
};
use diagnostics::{Located, Problem};
use formats::absolute;
use formats::dockerfile::Statement;

impl State {
    pub(super) fn mounts(
        &mut self,
        statement: &Statement,
        context: &StageContext<'_>,
        problems: &mut Vec<Problem>,
    ) -> Vec<Layer> {
        let mut mounted = Vec::new();
        for mount in statement.flag("mount") {
            let option = |names: &[&str]| {
                let mut options = mount.value.split(',').filter_map(|option| option.split_once('='));
                options.find(|(name, _)| names.contains(name)).map(|(_, value)| value)
            };
            if option(&["type"]).is_some_and(|kind| kind != "bind") {
                continue;
            }
            let source = option(&["source", "src", "from-path"]).unwrap_or("");
            let target = absolute(self.folder(), option(&["target", "dst", "destination"]).unwrap_or("/"));
            match option(&["from"]) {
                Some(from) => {
                    let reference = Located {
                        value: from.to_owned(),
                        place: mount.place.clone(),
                    };
                    match stage_of(&reference, context, problems) {
                        Some(stage) => {
                            self.mounted_from.push(stage);
                            self.ask_for_source(stage, &mount.map(|_| source.to_owned()), context);
                            mounted.push(Layer::Stage {
                                stage,
                                source: absolute("/", source),
                                destination: target,
                            });
                        }
                        None => self.images.push(reference),
                    }
                }
                None => {
                    let copied = Copied {
                        source: context.build_context.find(context.root, source),
                        destination: target,
                        mode: None,
                        owner: None,
                        excluded: Vec::new(),
                        context: context.build_context.clone(),
                        environments: Vec::new(),
                        carried: Vec::new(),
                        place: mount.place.clone(),
                    };
                    self.mounted.push(copied.clone());
                    mounted.push(Layer::Context(copied));
                }
            }
        }
        mounted
    }

    /// Notes a path that a stage does not have. Only a stage without a base and without commands is known to the last file.
    pub(super) fn ask_for_source(&mut self, stage: usize, source: &Located<String>, context: &StageContext<'_>) {
        let Some(other) = context.earlier.get(stage) else {
            return;
        };
        let is_whole = other.on.is_none() && other.base.value == "scratch";
        let path = absolute("/", &source.value);
        let is_told = path != "/" && !path.contains(['*', '?', '[', '$']);
        if is_whole && is_told && matches!(other.tree.find(&path, &Disk(context.root)), Found::Nothing) {
            self.absent_sources.push(source.clone());
        }
    }
}
