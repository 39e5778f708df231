//! Files that are handed out, row by row as they are read.

mod lists;

pub use lists::{deliveries, recipients, subscribers};

use super::WebState;
use app::web::Context;
use axum::{
    Extension,
    body::{Body, Bytes},
    extract::{Path, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use futures::{Stream, StreamExt, stream};
use model::{Lang, access::Permission, ids::ImportId, import::BadRow};
use service::{Services, TOLD, UseError, UseResult};
use sheets::{CsvWriter, Format, Out, XlsxWriter};
use tokio::io::AsyncReadExt as _;

/// Rows of a file that are read at once: each may have tens of kilobytes.
const BAD_ROWS: i64 = 200;

pub(super) type Cells = Vec<Vec<String>>;

/// `GET /imports/{id}/errors.csv`: every row that something is wrong with, as it stood in the file, and why. It can be
/// mended and handed in again, so rows that were dropped as duplicates are not among them.
pub async fn bad_rows(state: State<WebState>, ctx: Extension<Context>, path: Path<i64>) -> Response {
    rows_told(state, ctx, path, false).await
}

/// `GET /imports/{id}/duplicates.csv`: rows that were dropped because their openid stood in the file before.
pub async fn duplicates(state: State<WebState>, ctx: Extension<Context>, path: Path<i64>) -> Response {
    rows_told(state, ctx, path, true).await
}

async fn rows_told(
    State(state): State<WebState>,
    Extension(ctx): Extension<Context>,
    Path(id): Path<i64>,
    twice: bool,
) -> Response {
    if let Some(refused) = refused(&ctx) {
        return refused;
    }
    let import = match state.services.import(ImportId(id)).await {
        Ok(import) => import,
        Err(error) => return failed(&error),
    };
    let lang = ctx.lang;
    let mut header: Vec<String> = TOLD.iter().map(|(zh, en)| lang.t(zh, en).to_owned()).collect();
    header.extend(import.shape.columns);
    let width = header.len();
    let pages = stream::unfold((state.services.clone(), Some(0)), move |(services, after)| async move {
        let after = after?;
        let rows = match services.bad_rows(ImportId(id), after, BAD_ROWS).await {
            Ok(rows) => rows,
            Err(error) => return Some((Err(error), (services, None))),
        };
        let last = rows.last().map(|row| row.line).filter(|_| rows.len() as i64 == BAD_ROWS);
        let rows = rows.into_iter().filter(|row| row.is_duplicate() == twice);
        Some((Ok(rows.map(|row| bad_row(row, width, lang)).collect::<Cells>()), (services, last)))
    });
    let name = if twice { "duplicates" } else { "errors" };
    table(&state.services, Format::Csv, &format!("yanshu-{name}-{id}"), header, pages).await
}

/// As wide as the header, so that the file can be handed in again.
fn bad_row(row: BadRow, width: usize, lang: Lang) -> Vec<String> {
    let field = if row.problem.field.is_empty() { String::new() } else { format!("{}: ", row.problem.field) };
    let mut cells = vec![row.line.to_string(), format!("{field}{}", row.problem.say(lang))];
    cells.extend(row.cells);
    cells.resize(cells.len().max(width), String::new());
    cells
}

/// Who may not.
pub(super) fn refused(ctx: &Context) -> Option<Response> {
    if ctx.user.is_none() {
        return Some(StatusCode::UNAUTHORIZED.into_response());
    }
    (!ctx.may(Permission::Operate)).then(|| StatusCode::FORBIDDEN.into_response())
}

pub(super) fn failed(error: &UseError) -> Response {
    if let UseError::NotFound = error {
        return StatusCode::NOT_FOUND.into_response();
    }
    tracing::error!(error = error as &dyn std::error::Error, "a download could not be made");
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}

/// Rows as a file, as they are read. A workbook has to be written to its end first, for it begins with its end.
pub(super) async fn table(
    services: &Services,
    format: Format,
    name: &str,
    header: Vec<String>,
    pages: impl Stream<Item = UseResult<Cells>> + Send + 'static,
) -> Response {
    let name = format!("{name}.{}", format.code());
    if format == Format::Csv {
        return csv(&name, header, pages);
    }
    match workbook(services, header, pages).await {
        Ok(body) => attached(&name, XLSX, body),
        Err(error) => failed(&error),
    }
}

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

async fn workbook(
    services: &Services,
    header: Vec<String>,
    pages: impl Stream<Item = UseResult<Cells>> + Send,
) -> UseResult<Body> {
    let broken = |_| UseError::Internal("a workbook could not be written");
    let mut writer = XlsxWriter::default();
    writer.row(&header).map_err(broken)?;
    let mut pages = std::pin::pin!(pages);
    while let Some(page) = pages.next().await {
        for row in page? {
            writer.row(&row).map_err(broken)?;
        }
    }
    let path = services.place_for_upload().await?;
    let to = path.clone();
    let written = tokio::task::spawn_blocking(move || writer.finish(&to)).await;
    let file = match written {
        Ok(Ok(())) => tokio::fs::File::open(&path).await,
        _ => Err(std::io::Error::other("a workbook could not be written")),
    };
    // What is open stays readable; nothing is left behind.
    drop(tokio::fs::remove_file(&path).await);
    let file = file.map_err(|_| UseError::Internal("a workbook could not be written"))?;
    let pieces = stream::try_unfold(file, |mut file| async move {
        let mut piece = vec![0; 64 * 1024];
        let n = file.read(&mut piece).await?;
        piece.truncate(n);
        Ok::<_, std::io::Error>((n > 0).then(|| (Bytes::from(piece), file)))
    });
    Ok(Body::from_stream(pieces))
}

/// Rows as CSV while they are read. A page that cannot be read cuts the answer off, so that nobody takes half of it for all.
fn csv(name: &str, header: Vec<String>, pages: impl Stream<Item = UseResult<Cells>> + Send + 'static) -> Response {
    let first = stream::once(async move { Ok(vec![header]) });
    let mut is_first = true;
    let body = first.chain(pages).map(move |page| {
        let rows = page.map_err(|error| {
            tracing::error!(error = &error as &dyn std::error::Error, "a download ended early");
            std::io::Error::other("the database failed")
        })?;
        let bytes = written(&rows).map_err(std::io::Error::other)?;
        let mark = if std::mem::take(&mut is_first) { 0 } else { "\u{FEFF}".len() };
        Ok::<_, std::io::Error>(Bytes::from(bytes).slice(mark..))
    });
    attached(name, "text/csv; charset=utf-8", Body::from_stream(body))
}

fn written(rows: &[Vec<String>]) -> Result<Vec<u8>, sheets::Error> {
    let mut writer = CsvWriter::new(Vec::new())?;
    for row in rows {
        writer.row(row)?;
    }
    writer.finish()
}

/// A file to be kept; its name is ours and plain.
fn attached(name: &str, kind: &'static str, body: Body) -> Response {
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    response
}
