//! Adding a template of WeChat's public library to the account.

use super::OPERATE;
use crate::web::{Done, Form, act};
use leptos::prelude::*;
use model::ids::MiniProgramId;
use service::{LibraryInput, UseError};

/// Adds it with the chosen keywords in their order. Title and kind are looked up where the person saw them.
#[server(prefix = "/actions", endpoint = "add-from-library")]
pub async fn add_from_library(
    csrf: String,
    mini_program: i64,
    category: i64,
    page: i64,
    tid: i64,
    #[server(default)] kids: Vec<i64>,
    #[server(default)] scene: String,
) -> Result<(), ServerFnError> {
    let form = Form::new("library", back(category, page, tid, &kids)).keep("scene", &scene);
    act(&csrf, OPERATE, form, |ctx| async move {
        let program = MiniProgramId(mini_program);
        let titles = ctx.services.public_titles(program, category, page).await?.titles;
        let title = titles.into_iter().find(|title| title.tid == tid).ok_or(UseError::NotFound)?;
        let kind = title.kind.map(|kind| kind.code().to_owned()).unwrap_or_default();
        let input = LibraryInput { tid, title: title.title, kind, kids, scene };
        let id = ctx.services.add_from_library(program, &input).await?;
        Ok(Done::to(format!("/templates/{id}")).saying(
            "模板已添加到小程序，并登记到雁书。可以开始收集授权了。",
            "The template is added to the mini program and registered here. Collect grants for it now.",
        ))
    })
    .await
}

/// The page as it was when the button was pressed.
fn back(category: i64, page: i64, tid: i64, kids: &[i64]) -> String {
    let order = kids.iter().enumerate().map(|(i, kid)| format!("&k{kid}={}", i + 1)).collect::<String>();
    format!("/templates/library?category={category}&page={page}&tid={tid}{order}&preview=1")
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::{body::Body, http::Request};
    use leptos::server_fn::codec::{FromReq, PostUrl};

    #[test]
    fn a_refused_form_comes_back_to_the_same_choice() {
        assert_eq!(back(616, 1, 99, &[3, 1]), "/templates/library?category=616&page=1&tid=99&k3=1&k1=2&preview=1");
    }

    #[tokio::test]
    async fn the_keywords_of_a_browser_are_decoded_in_their_order() -> Result<(), Box<dyn std::error::Error>> {
        let body = "csrf=t&mini_program=1&category=616&page=0&tid=99&kids%5B%5D=3&kids%5B%5D=1&scene=%E8%AF%BE";
        let request = Request::post("/").body(Body::from(body))?;
        let args = <AddFromLibrary as FromReq<PostUrl, _, ServerFnError>>::from_req(request)
            .await
            .map_err(|error| error.to_string())?;
        assert_eq!((args.kids.as_slice(), args.scene.as_str()), ([3, 1].as_slice(), "课"));
        Ok(())
    }
}
