// tokio-postgres against a gateway: argument = DSN. Prints one line `waiting {…}` with what it saw, then goes on asking
// until the connection is ended, and prints how. Its results are binary always; text is what simple_query gives.
use futures_util::{pin_mut, StreamExt};
use std::time::Duration;
use tokio_postgres::{Client, Error, NoTls, SimpleQueryMessage};

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n").replace('\t', "\\t"))
}

fn said(error: &Error) -> String {
    match error.as_db_error() {
        Some(said) => format!(
            "{{\"code\":{},\"message\":{},\"hint\":{}}}",
            quoted(said.code().code()),
            quoted(said.message()),
            said.hint().map_or("null".to_string(), quoted)
        ),
        None => format!("{{\"message\":{}}}", quoted(&error.to_string())),
    }
}

async fn row(client: &Client, statement: &tokio_postgres::Statement, id: i32) -> Result<String, Error> {
    let row = client.query_one(statement, &[&id]).await?;
    let (id, email, city): (i32, String, String) = (row.get(0), row.get(1), row.get(2));
    Ok(format!("[{},{},{}]", id, quoted(&email), quoted(&city)))
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let dsn = std::env::args().nth(1).expect("a DSN");
    let (client, connection) = tokio_postgres::connect(&dsn, NoTls).await?;
    let ending = tokio::spawn(connection);
    let text = match &client.simple_query("select id, email, city from people where id = 1").await?[..] {
        [.., SimpleQueryMessage::Row(row), SimpleQueryMessage::CommandComplete(_)] => {
            format!("[{},{},{}]", row.get(0).unwrap_or(""), quoted(row.get(1).unwrap_or("")), quoted(row.get(2).unwrap_or("")))
        }
        _ => "null".to_string(),
    };
    let one = client.prepare("select id, email, city from people where id = $1").await?;
    let binary = row(&client, &one, 1).await?;
    let prepared = [row(&client, &one, 1).await?, row(&client, &one, 2).await?, row(&client, &one, 1).await?].join(",");
    let stream = client.copy_out("copy (select id, email from people where id < 3 order by id) to stdout").await?;
    pin_mut!(stream);
    let mut copy = String::new();
    while let Some(part) = stream.next().await {
        copy.push_str(&String::from_utf8_lossy(&part?));
    }
    let token = client.cancel_token();
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(500)).await;
        token.cancel_query(NoTls).await
    });
    let cancelled = client.query("select count(*) from big a, big b", &[]).await.err();
    let cancelled = cancelled.and_then(|e| e.code().map(|code| code.code().to_string())).unwrap_or_default();
    let refused = client.execute("update people set city = 'x'", &[]).await.err().map_or("null".into(), |e| said(&e));
    let after: i64 = client.query_one("select count(*) from people", &[]).await?.get(0);
    println!(
        "waiting {{\"client\":\"tokio-postgres\",\"tls\":false,\"text\":{},\"binary\":{},\"prepared\":[{}],\"copy\":{},\"cancelled\":{},\"refused\":{},\"after\":{}}}",
        text, binary, prepared, quoted(&copy), quoted(&cancelled), refused, after
    );
    loop {
        tokio::time::sleep(Duration::from_millis(50)).await;
        if let Err(error) = client.simple_query("select 1").await {
            // What the server said last comes to the connection where nothing was being asked.
            let last = ending.await.ok().and_then(|ended| ended.err()).filter(|last| last.as_db_error().is_some());
            println!("ended {}", said(last.as_ref().unwrap_or(&error)));
            return Ok(());
        }
    }
}
