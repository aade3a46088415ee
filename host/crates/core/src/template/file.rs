//! Renders one file, and says where in it something is wrong.

use std::sync::Arc;

use minijinja::syntax::SyntaxConfig;
use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value as Jinja};

use super::error::TemplateError;
use super::explain::explain;
use super::functions;
use super::root::Root;
use super::run::Run;
use crate::path::ProjectPath;
use crate::text;

/// Calls within calls: macros that call each other and includes within includes.
const DEPTH_MAX: usize = 100;

/// Returns a file's text: without a byte-order mark, lines ended by LF.
pub(super) fn text_of(path: &ProjectPath, bytes: &[u8]) -> Result<String, TemplateError> {
    match text::decode(bytes) {
        Ok(text) if text.contains('\r') => Ok(text.replace("\r\n", "\n")),
        Ok(text) => Ok(text.into_owned()),
        Err(error) => {
            let message = format!("it is not valid {} from here on", error.encoding.name());
            let at = error.good.len();
            let mut wrong = TemplateError::new(path, error.good, message);
            wrong.line = Some(error.line);
            wrong.range = Some(at..at);
            wrong.hint = Some("save the file as UTF-8".to_owned());
            Err(wrong)
        }
    }
}

/// Renders a template.
pub(super) fn render(run: &Arc<Run>, path: &ProjectPath, bytes: &[u8]) -> Result<String, TemplateError> {
    let text = text_of(path, bytes)?;
    run.open(path).map_err(|fault| TemplateError::of_fault(path, text.clone(), fault))?;
    let rendered = render_text(run, path, &text, Arc::new(Root::new(run, path)));
    run.close();
    rendered
}

fn render_text(run: &Arc<Run>, path: &ProjectPath, text: &str, root: Arc<Root>) -> Result<String, TemplateError> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| AutoEscape::None);
    environment.set_syntax(syntax());
    environment.set_recursion_limit(DEPTH_MAX);
    environment.set_debug(true);
    // What prints everything there is, secrets included, and what escapes for another language.
    environment.remove_global("debug");
    environment.remove_filter("e");
    functions::add(&mut environment, run, path);
    let of_run = Arc::clone(run);
    environment.set_formatter(move |out, state, value| functions::format(&of_run, out, state, value));
    let context = Jinja::from_dyn_object(Arc::clone(&root));
    let rendered =
        environment.template_from_named_str(path.as_str(), text).and_then(|template| template.render(context));
    rendered.map_err(|error| explain(run, path, text, &root, &error))
}

/// The usual delimiters; the last line keeps its end.
fn syntax() -> SyntaxConfig {
    SyntaxConfig::builder().keep_trailing_newline(true).build().expect("the usual delimiters are valid")
}
