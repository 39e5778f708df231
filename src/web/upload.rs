//! Files that are handed in: straight to the disk, never whole in memory.

use super::WebState;
use app::web::{Context, Flash, FlashKind, FormState, SESSION_FLASH};
use axum::{
    Extension,
    body::Body,
    extract::{Path, State},
    http::{StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use model::{Problem, Problems, Text, access::Permission, ids::NoticeId};
use multer::{Field, Multipart};
use service::{Services, Upload, UseError, UseResult};
use std::path::Path as FilePath;
use tokio::io::AsyncWriteExt;

/// The largest file that is taken.
pub const MOST_FILE_BYTES: u64 = 512 * 1024 * 1024;
/// What comes around it in a form.
const MOST_AROUND: u64 = 64 * 1024;

/// `POST /send/{id}/file`: recipients of a draft.
pub async fn recipients(
    State(state): State<WebState>,
    Extension(ctx): Extension<Context>,
    Path(id): Path<i64>,
    request: axum::extract::Request,
) -> Response {
    let services = state.services.clone();
    let target = async {
        let view = services.notice(NoticeId(id)).await?;
        Ok((view.mini_program.id, Some(view.notice.id)))
    };
    let back = format!("/send/{id}/audience");
    take(&state.services, ctx, target.await, request, &back, &format!("/send/{id}/file")).await
}

/// `POST /subscribers/import`: subscribers of the chosen mini program.
pub async fn subscribers(
    State(state): State<WebState>,
    Extension(ctx): Extension<Context>,
    request: axum::extract::Request,
) -> Response {
    let target = ctx.mini_program.as_ref().map(|program| (program.id, None)).ok_or(UseError::NotFound);
    let here = "/subscribers/import";
    take(&state.services, ctx, target, request, here, here).await
}

type Target = (model::ids::MiniProgramId, Option<NoticeId>);

async fn take(
    services: &Services,
    ctx: Context,
    target: UseResult<Target>,
    request: axum::extract::Request,
    back: &str,
    on: &str,
) -> Response {
    if ctx.user.is_none() {
        return Redirect::to("/login").into_response();
    }
    if !ctx.may(Permission::Operate) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let outcome = match target {
        Ok(target) => receive(services, &ctx, target, request).await,
        Err(error) => Err(error),
    };
    match outcome {
        Ok(()) => Redirect::to(on).into_response(),
        Err(UseError::NotFound) => StatusCode::NOT_FOUND.into_response(),
        Err(error) => {
            if ctx.session.insert(SESSION_FLASH, refusal(&ctx, error)).await.is_err() {
                return StatusCode::INTERNAL_SERVER_ERROR.into_response();
            }
            Redirect::to(back).into_response()
        }
    }
}

async fn receive(
    services: &Services,
    ctx: &Context,
    (mini_program, notice): Target,
    request: axum::extract::Request,
) -> UseResult<()> {
    let headers = request.headers();
    let length = headers.get(header::CONTENT_LENGTH).and_then(|v| v.to_str().ok()).and_then(|v| v.parse::<u64>().ok());
    if length.is_some_and(|n| n > MOST_FILE_BYTES + MOST_AROUND) {
        return Err(too_large().into());
    }
    let boundary = headers
        .get(header::CONTENT_TYPE)
        .and_then(|v| v.to_str().ok())
        .and_then(|v| multer::parse_boundary(v).ok())
        .ok_or_else(no_file)?;
    let mut form = Multipart::new(Body::into_data_stream(request.into_body()), boundary);
    let mut trusted = false;
    while let Some(field) = form.next_field().await.map_err(|_| cut_off())? {
        match field.name() {
            Some("csrf") => trusted = ctx.csrf_is(&short(field).await?),
            Some("file") if !trusted => return Err(stale().into()),
            Some("file") => {
                let file_name = field.file_name().unwrap_or_default().to_owned();
                let path = services.place_for_upload().await?;
                let bytes = match write(field, &path).await {
                    Ok(bytes) if bytes > 0 => bytes,
                    other => {
                        // Half a file is no file.
                        drop(tokio::fs::remove_file(&path).await);
                        other?;
                        return Err(no_file().into());
                    }
                };
                let upload = Upload { mini_program, notice, file_name, path, bytes };
                services.receive_file(upload, &ctx.by()).await?;
                return Ok(());
            }
            _ => {}
        }
    }
    Err(no_file().into())
}

/// A field that is no file.
async fn short(mut field: Field<'_>) -> UseResult<String> {
    let mut bytes = Vec::new();
    while let Some(chunk) = field.chunk().await.map_err(|_| cut_off())? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > 1_024 {
            return Err(stale().into());
        }
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

async fn write(mut field: Field<'_>, path: &FilePath) -> UseResult<i64> {
    let mut options = tokio::fs::OpenOptions::new();
    options.create_new(true).write(true);
    #[cfg(unix)]
    options.mode(0o600);
    let mut file = options.open(path).await.map_err(|_| disk())?;
    let mut written = 0u64;
    while let Some(chunk) = field.chunk().await.map_err(|_| cut_off())? {
        written += chunk.len() as u64;
        if written > MOST_FILE_BYTES {
            return Err(too_large().into());
        }
        file.write_all(&chunk).await.map_err(|_| disk())?;
    }
    file.flush().await.map_err(|_| disk())?;
    Ok(i64::try_from(written).unwrap_or(i64::MAX))
}

fn refusal(ctx: &Context, error: UseError) -> Flash {
    let problems = match error {
        UseError::Invalid(problems) => problems,
        other => {
            tracing::error!(error = &other as &dyn std::error::Error, "a file could not be taken");
            Problems::from(Problem::of(
                "file",
                "failed",
                format!("服务暂时出错，没有收下文件。请稍后重试；请求编号 {}。", ctx.request_id),
                format!(
                    "Something failed on our side and the file was not taken. Try again; request id {}.",
                    ctx.request_id
                ),
            ))
        }
    };
    let message = problems
        .0
        .first()
        .map_or_else(|| Text::new("没有收下文件。", "The file was not taken."), |p| p.message.clone());
    let form = FormState { name: "upload".to_owned(), problems, ..FormState::default() };
    Flash { kind: FlashKind::Error, message, form: Some(form) }
}

fn no_file() -> Problem {
    Problem::of("file", "required", "请先选择一个 CSV 或 XLSX 文件。", "Choose a CSV or XLSX file first.")
}

fn cut_off() -> Problem {
    Problem::of(
        "file",
        "cut_off",
        "上传中断了，文件没有收完整。请重新上传。",
        "The upload was cut off: hand the file in again.",
    )
}

fn too_large() -> Problem {
    let most = MOST_FILE_BYTES / 1024 / 1024;
    Problem::of(
        "file",
        "too_large",
        format!("文件超过 {most} MB。请删掉不需要的列，或拆成几个文件。"),
        format!("The file has more than {most} MB. Remove columns that are not needed, or split it."),
    )
}

fn disk() -> Problem {
    Problem::of(
        "file",
        "disk",
        "服务器的磁盘写不进文件，请联系管理员检查空间和权限。",
        "The server cannot write the file: ask an administrator to check its disk.",
    )
}

fn stale() -> Problem {
    Problem::of(
        "file",
        "stale",
        "这个页面已过期（可能在别处重新登录过）。请再选一次文件并提交。",
        "This page was out of date (perhaps you signed in again elsewhere). Choose the file once more.",
    )
}
