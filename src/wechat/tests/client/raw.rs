//! A server written by hand: one connection after the other, one script for all.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

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

/// The address of a server that answers everything alike and keeps its connections, and how many there were.
pub async fn serve_kept(body: &'static str) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let connections = Arc::new(AtomicUsize::new(0));
    let counted = connections.clone();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            counted.fetch_add(1, Ordering::SeqCst);
            tokio::spawn(async move {
                let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len());
                loop {
                    read_request(&mut stream).await;
                    stream.write_all(answer.as_bytes()).await.unwrap();
                }
            });
        }
    });
    (base, connections)
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
