//! A server written by hand: one connection after the other, one script for all.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

#[derive(Clone)]
pub enum Script {
    /// Closes without reading.
    Close,
    /// Reads the request, then closes.
    ReadAndClose,
    /// Reads the request and says nothing.
    Silence,
    /// Reads the request and writes this.
    Answer(String),
}

/// The address to call, and every request as it was read.
pub async fn serve(script: Script) -> (String, UnboundedReceiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let (heard, requests) = unbounded_channel();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(follow(script.clone(), stream, heard.clone()));
        }
    });
    (base, requests)
}

async fn follow(script: Script, mut stream: TcpStream, heard: UnboundedSender<String>) {
    if matches!(script, Script::Close) {
        return;
    }
    let request = read_request(&mut stream).await;
    heard.send(request).unwrap();
    match script {
        Script::Close | Script::ReadAndClose => {}
        Script::Silence => std::future::pending().await,
        Script::Answer(answer) => stream.write_all(answer.as_bytes()).await.unwrap(),
    }
}

async fn read_request(stream: &mut TcpStream) -> String {
    let mut read = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&read).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head
                .to_lowercase()
                .split_once("content-length: ")
                .map_or(0, |(_, rest)| rest.split("\r\n").next().unwrap().parse::<usize>().unwrap());
            if body.len() >= length {
                return text;
            }
        }
        assert!(stream.read_buf(&mut read).await.unwrap() > 0, "the request is complete");
    }
}

/// An answer with its length.
pub fn answer(status: &str, headers: &str, body: &str) -> Script {
    let length = body.len();
    Script::Answer(format!("HTTP/1.1 {status}\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n{body}"))
}

pub fn json(body: &str) -> Script {
    answer("200 OK", "content-type: text/plain\r\n", body)
}
