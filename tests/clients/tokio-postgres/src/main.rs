//! The application with tokio-postgres: everything prepared, everything in binary.

use futures_util::{pin_mut, stream, StreamExt, TryStreamExt};
use postgres_types::{to_sql_checked, FromSql, IsNull, ToSql, Type};
use std::error::Error;
use std::time::Duration;
use tokio_postgres::{binary_copy::BinaryCopyInWriter, AsyncMessage, Client, NoTls, Row};

type Failure = Box<dyn Error + Send + Sync>;
type Outcome = Result<(), Failure>;

fn text(name: &str) -> String {
    std::env::var(format!("APP_{name}")).unwrap()
}

fn expect<T: PartialEq + std::fmt::Debug>(got: T, wanted: T) -> Outcome {
    if got == wanted {
        return Ok(());
    }
    Err(format!("{got:?} is not {wanted:?}").into())
}

fn code(error: &tokio_postgres::Error) -> &str {
    error.code().map_or("", |c| c.code())
}

/// An interval or a decimal as it comes, since the driver has no types of its own for them.
#[derive(Debug, PartialEq)]
struct Raw(Vec<u8>);

impl<'a> FromSql<'a> for Raw {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Failure> {
        Ok(Raw(raw.to_vec()))
    }
    fn accepts(kind: &Type) -> bool {
        *kind == Type::INTERVAL || *kind == Type::NUMERIC
    }
}

impl ToSql for Raw {
    fn to_sql(&self, _: &Type, out: &mut bytes::BytesMut) -> Result<IsNull, Failure> {
        out.extend_from_slice(&self.0);
        Ok(IsNull::No)
    }
    fn accepts(kind: &Type) -> bool {
        *kind == Type::INTERVAL || *kind == Type::NUMERIC
    }
    to_sql_checked!();
}

fn tls() -> native_tls::TlsConnector {
    native_tls::TlsConnector::builder().danger_accept_invalid_certs(true).danger_accept_invalid_hostnames(true).build().unwrap()
}

/// A connection, whose warnings' codes come through the channel.
async fn connect(password: &str) -> Result<(Client, tokio::sync::mpsc::UnboundedReceiver<String>), tokio_postgres::Error> {
    let mut config: tokio_postgres::Config = text("URL").parse()?;
    let (to, from) = tokio::sync::mpsc::unbounded_channel();
    let (client, mut connection) = config.password(password).connect(postgres_native_tls::MakeTlsConnector::new(tls())).await?;
    tokio::spawn(async move {
        let mut messages = stream::poll_fn(move |cx| connection.poll_message(cx));
        while let Some(Ok(message)) = messages.next().await {
            if let AsyncMessage::Notice(notice) = message {
                let _ = to.send(notice.code().code().to_string());
            }
        }
    });
    Ok((client, from))
}

async fn load(client: &Client) -> Outcome {
    let sink = client.copy_in(&text("COPY_BINARY")).await?;
    let writer = BinaryCopyInWriter::new(sink, &[Type::INT8, Type::TEXT]);
    pin_mut!(writer);
    for i in 1..=1000i64 {
        writer.as_mut().write(&[&i, &format!("n{i}")]).await?;
    }
    expect(writer.finish().await?, 1000)?;
    let row = client.query_one(&text("COUNT"), &[]).await?;
    expect((row.get(0), row.get::<_, i64>(1)), (1000i64, 500500))
}

async fn samples(client: &Client) -> Outcome {
    let day = chrono::NaiveDate::from_ymd_opt(2024, 2, 29).unwrap();
    let time = chrono::NaiveTime::from_hms_micro_opt(12, 34, 56, 789012).unwrap();
    let moment = day.and_time(time);
    let interval = Raw([11_045_000_000i64.to_be_bytes().to_vec(), 2i32.to_be_bytes().to_vec(), vec![0; 4]].concat());
    let decimal = Raw([2u16, 0, 0, 1, 12, 5000].iter().flat_map(|i| i.to_be_bytes()).collect());
    let strings = vec!["a".to_string(), "b,\"c\"".to_string(), String::new()];
    let uuid: uuid::Uuid = "12345678-1234-5678-1234-567812345678".parse()?;
    let bytes = vec![0u8, 255, 39, 92];
    let sent: [&(dyn ToSql + Sync); 15] = [&1i64, &true, &4294967296123i64, &-0.25f64, &"Zoë \"q\" \\ 雪", &bytes, &uuid, &day, &time,
        &moment, &moment.and_utc(), &interval, &vec![1i64, -2, 3], &strings, &decimal];
    expect(client.execute(&text("SAMPLE"), &sent).await?, 1)?;
    let row: Row = client.query_one(&text("SAMPLE_READ"), &[&1i64]).await?;
    expect((row.get(0), row.get(1), row.get(2), row.get(3)), (1i64, true, 4294967296123i64, -0.25f64))?;
    expect((row.get::<_, String>(4), row.get(5), row.get(6)), ("Zoë \"q\" \\ 雪".to_string(), bytes, uuid))?;
    expect((row.get(7), row.get(8), row.get(9), row.get(10)), (day, time, moment, moment.and_utc()))?;
    expect((row.get(11), row.get(12), row.get(13), row.get(14)), (interval, vec![1i64, -2, 3], strings, decimal))?;
    expect(client.query_one(&text("SAMPLE_TEXT"), &[]).await?.get(0), text("SAMPLE_EXPECTED"))?;
    client.batch_execute(&text("SAMPLE_DROP")).await?;
    Ok(())
}

async fn elements(client: &Client) -> Outcome {
    client.execute(&text("EDGE"), &[]).await?;
    let row = client.query_one(&text("ELEMENTS"), &[]).await?;
    let (node, edge, path): (serde_json::Value, serde_json::Value, serde_json::Value) = (row.get(0), row.get(1), row.get(2));
    expect((node["labels"][0].as_str(), node["properties"]["name"].as_str()), (Some("Person"), Some("n1")))?;
    expect((edge["label"].as_str(), edge["properties"]["since"].as_i64(), edge["start"].as_i64()), (Some("KNOWS"), Some(1843), node["id"].as_i64()))?;
    expect((path["nodes"].as_array().map(Vec::len), path["edges"].as_array().map(Vec::len)), (Some(2), Some(1)))
}

async fn name(client: &Client, id: i64) -> Result<Option<String>, tokio_postgres::Error> {
    Ok(client.query_opt(&text("NAME"), &[&id]).await?.map(|row| row.get(0)))
}

async fn prepared(client: &Client) -> Outcome {
    let by_id = client.prepare(&text("NAME")).await?;
    for i in 1..=10i64 {
        expect(client.query_one(&by_id, &[&i]).await?.get(0), format!("n{i}"))?;
    }
    Ok(())
}

async fn commits(client: &mut Client) -> Outcome {
    let transaction = client.transaction().await?;
    transaction.execute(&text("PERSON"), &[&2001i64, &"gone"]).await?;
    transaction.rollback().await?;
    let transaction = client.transaction().await?;
    transaction.execute(&text("PERSON"), &[&2002i64, &"stays"]).await?;
    transaction.commit().await?;
    expect((name(client, 2001).await?, name(client, 2002).await?), (None, Some("stays".into())))
}

async fn retries(client: &mut Client) -> Outcome {
    let (other, _) = connect("secret").await?;
    let mut failures = Vec::new();
    for attempt in 0..3 {
        let transaction = client.build_transaction().isolation_level(tokio_postgres::IsolationLevel::RepeatableRead).start().await?;
        transaction.query(&text("VISITS"), &[]).await?;
        if attempt == 0 {
            other.execute(&text("VISIT"), &[]).await?;
        }
        match transaction.execute(&text("VISIT"), &[]).await {
            Ok(_) => {
                transaction.commit().await?;
                break;
            }
            Err(error) => failures.push(code(&error).to_string()),
        }
        transaction.rollback().await?;
    }
    expect(failures, vec!["40001".to_string()])?;
    expect(client.query_one(&text("VISITS"), &[]).await?.get(0), 2i64)
}

async fn savepoint(client: &mut Client) -> Outcome {
    let mut transaction = client.transaction().await?;
    transaction.execute(&text("PERSON"), &[&2003i64, &"stays"]).await?;
    let inner = transaction.savepoint("here").await?;
    let error = inner.execute(&text("DUPLICATE"), &[]).await.unwrap_err();
    expect(code(&error), "23505")?;
    inner.rollback().await?;
    transaction.commit().await?;
    expect(name(client, 2003).await?, Some("stays".into()))
}

async fn pieces(client: &mut Client) -> Outcome {
    let transaction = client.transaction().await?;
    let portal = transaction.bind(&text("IDS"), &[]).await?;
    let mut ids: Vec<i64> = Vec::new();
    loop {
        let rows: Vec<Row> = transaction.query_portal_raw(&portal, 100).await?.try_collect().await?;
        if rows.is_empty() {
            break;
        }
        ids.extend(rows.iter().map(|row| row.get::<_, i64>(0)));
    }
    transaction.commit().await?;
    expect(ids, (1..=1000).collect())
}

async fn cancels(client: &Client) -> Outcome {
    let token = client.cancel_token();
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(300)).await;
        let _ = token.cancel_query(postgres_native_tls::MakeTlsConnector::new(tls())).await;
    });
    let error = client.query(&text("LONG"), &[]).await.unwrap_err();
    expect(code(&error), "57014")?;
    expect(client.query_one(&text("ONE"), &[]).await?.get(0), 1i64)
}

async fn errors(client: &Client) -> Outcome {
    let syntax = client.query(&text("SYNTAX"), &[]).await.unwrap_err();
    let position = syntax.as_db_error().and_then(|e| e.position()).map(|p| format!("{p:?}"));
    expect((code(&syntax), position), ("42601", Some("Original(20)".to_string())))?;
    let duplicate = client.query(&text("DUPLICATE"), &[]).await.unwrap_err();
    expect((code(&duplicate), duplicate.as_db_error().and_then(|e| e.constraint())), ("23505", Some("Person_pkey")))
}

async fn reconnect(client: &Client) -> Outcome {
    client.batch_execute(&text("IDLE")).await?;
    tokio::time::sleep(Duration::from_millis(500)).await;
    expect(client.query(&text("ONE"), &[]).await.is_err(), true)?;
    expect(connect("secret").await?.0.query_one(&text("ONE"), &[]).await?.get(0), 1i64)
}

async fn refused() -> Outcome {
    let error = connect("wrong").await.err().ok_or("a wrong password was accepted")?;
    let unencrypted = tokio_postgres::connect(&text("URL").replace("require", "disable"), NoTls).await;
    expect((code(&error), unencrypted.is_err()), ("28P01", true))
}

fn report(number: &mut u32, failed: &mut u32, promise: &str, outcome: Outcome) {
    *number += 1;
    match outcome {
        Ok(()) => println!("ok {number} - {promise}"),
        Err(why) => {
            *failed += 1;
            println!("not ok {number} - {promise}\n# {why:?}");
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (mut number, mut failed) = (0, 0);
    let mut tell = |promise: &str, outcome: Outcome| report(&mut number, &mut failed, promise, outcome);
    println!("# version 0.7.18\n# connection {}", text("URL"));
    let (mut client, mut warnings) = match connect("secret").await {
        Ok(made) => made,
        Err(error) => return tell("connects with TLS and SCRAM", Err(error.into())),
    };
    tell("connects with TLS and SCRAM", expect(client.query_one(&text("ONE"), &[]).await.map_or(0, |row| row.get(0)), 1i64));
    tell("is refused with a wrong password", refused().await);
    tell("declares labels", client.batch_execute(&text("LABELS")).await.map_err(Into::into));
    tell("loads 1000 nodes in bulk", load(&client).await);
    println!("ok 5 - takes parameters of every type in text # SKIP it knows only binary");
    tell("takes parameters of every type in binary", samples(&client).await);
    tell("decodes a node, an edge and a path", elements(&client).await);
    tell("runs a prepared statement ten times", prepared(&client).await);
    tell("commits and rolls back", commits(&mut client).await);
    tell("tries again after 40001", retries(&mut client).await);
    tell("goes back to a savepoint", savepoint(&mut client).await);
    tell("fetches 1000 rows piece by piece", pieces(&mut client).await);
    tell("cancels a long query", cancels(&client).await);
    let warned = client.batch_execute(&text("WARNING")).await;
    tell("receives a warning", warned.map_err(Into::into).and(expect(warnings.recv().await, Some("25P01".into()))));
    tell("tells SQLSTATE, position and constraint", errors(&client).await);
    tell("connects again after the session ended", reconnect(&client).await);
    println!("1..{}", number + 1);
    std::process::exit(if failed > 0 { 1 } else { 0 });
}
