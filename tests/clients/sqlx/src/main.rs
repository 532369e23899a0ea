//! The application with sqlx: parameters with the types of Rust's values, everything in binary.

use futures_util::TryStreamExt;
use sqlx::postgres::{types::PgInterval, PgConnection, PgDatabaseError, PgErrorPosition};
use sqlx::types::{chrono, Decimal, Json, Uuid};
use sqlx::{Connection, Executor, Row};
use std::error::Error;
use std::time::Duration;

type Outcome = Result<(), Box<dyn Error>>;

fn text(name: &str) -> String {
    std::env::var(format!("APP_{name}")).unwrap()
}

fn expect<T: PartialEq + std::fmt::Debug>(got: T, wanted: T) -> Outcome {
    if got == wanted {
        return Ok(());
    }
    Err(format!("{got:?} is not {wanted:?}").into())
}

fn database_error(error: &sqlx::Error) -> Option<&PgDatabaseError> {
    error.as_database_error().map(|e| e.downcast_ref())
}

fn code(error: &sqlx::Error) -> String {
    database_error(error).map_or_else(|| error.to_string(), |e| e.code().to_string())
}

async fn connect(password: &str) -> Result<PgConnection, sqlx::Error> {
    PgConnection::connect(&text("URL").replace("secret", password)).await
}

async fn exec(c: &mut PgConnection, name: &str) -> Result<u64, sqlx::Error> {
    Ok(sqlx::query(&text(name)).execute(c).await?.rows_affected())
}

async fn person(c: &mut PgConnection, id: i64) -> Result<u64, sqlx::Error> {
    Ok(sqlx::query(&text("PERSON")).bind(id).bind("stays").execute(c).await?.rows_affected())
}

async fn name(c: &mut PgConnection, id: i64) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar(&text("NAME")).bind(id).fetch_optional(c).await
}

async fn one(c: &mut PgConnection) -> Outcome {
    expect(sqlx::query_scalar::<_, i64>(&text("ONE")).fetch_one(c).await?, 1)
}

async fn connects(c: &mut Option<PgConnection>) -> Outcome {
    one(c.insert(connect("secret").await?)).await
}

async fn refused() -> Outcome {
    let error = connect("wrong").await.err().ok_or("a wrong password was accepted")?;
    expect(code(&error), "28P01".into())
}

async fn load(c: &mut PgConnection) -> Outcome {
    let mut copy = c.copy_in_raw(&text("COPY")).await?;
    let lines: String = (1..=1000).map(|i| format!("{i}\tn{i}\n")).collect();
    copy.send(lines.as_bytes()).await?;
    expect(copy.finish().await?, 1000)?;
    let row = sqlx::query(&text("COUNT")).fetch_one(c).await?;
    expect((row.get::<i64, _>(0), row.get::<i64, _>(1)), (1000, 500500))
}

async fn samples(c: &mut PgConnection) -> Outcome {
    let day = chrono::NaiveDate::from_ymd_opt(2024, 2, 29).unwrap();
    let time = chrono::NaiveTime::from_hms_micro_opt(12, 34, 56, 789012).unwrap();
    let (moment, string) = (day.and_time(time), "Zoë \"q\" \\ 雪");
    let interval = PgInterval { months: 0, days: 2, microseconds: 11_045_000_000 };
    let (numbers, strings) = (vec![1i64, -2, 3], vec!["a".to_string(), "b,\"c\"".into(), String::new()]);
    let (uuid, bytes) = (Uuid::parse_str("12345678-1234-5678-1234-567812345678")?, vec![0u8, 255, 39, 92]);
    let sent = sqlx::query(&text("SAMPLE")).bind(1i64).bind(true).bind(4294967296123i64).bind(-0.25f64).bind(string)
        .bind(&bytes).bind(uuid).bind(day).bind(time).bind(moment).bind(moment.and_utc()).bind(&interval).bind(&numbers).bind(&strings).bind(Decimal::new(125, 1))
        .execute(&mut *c).await?;
    expect(sent.rows_affected(), 1)?;
    let row = sqlx::query(&text("SAMPLE_READ")).bind(1i64).fetch_one(&mut *c).await?;
    expect((row.get(0), row.get(1), row.get(2), row.get(3)), (1i64, true, 4294967296123i64, -0.25f64))?;
    expect((row.get::<String, _>(4), row.get(5), row.get(6)), (string.to_string(), bytes, uuid))?;
    expect((row.get(7), row.get(8), row.get(9), row.get(10)), (day, time, moment, moment.and_utc()))?;
    expect((row.get(11), row.get(12), row.get(13), row.get(14)), (interval, numbers, strings, Decimal::new(125, 1)))?;
    expect(sqlx::query_scalar(&text("SAMPLE_TEXT")).fetch_one(&mut *c).await?, text("SAMPLE_EXPECTED"))?;
    expect(exec(c, "SAMPLE_DROP").await?, 1)
}

async fn elements(c: &mut PgConnection) -> Outcome {
    exec(c, "EDGE").await?;
    let row = sqlx::query(&text("ELEMENTS")).fetch_one(c).await?;
    let get = |i: usize| row.get::<Json<serde_json::Value>, _>(i).0;
    let (node, edge, path) = (get(0), get(1), get(2));
    expect((node["labels"][0].as_str(), node["properties"]["name"].as_str()), (Some("Person"), Some("n1")))?;
    expect((edge["label"].as_str(), edge["properties"]["since"].as_i64(), edge["start"].as_i64()), (Some("KNOWS"), Some(1843), node["id"].as_i64()))?;
    expect((path["nodes"].as_array().map(Vec::len), path["edges"].as_array().map(Vec::len)), (Some(2), Some(1)))
}

async fn prepared(c: &mut PgConnection) -> Outcome {
    for i in 1..=10 {
        expect(name(c, i).await?, Some(format!("n{i}")))?;
    }
    expect(c.cached_statements_size() > 0, true)
}

async fn commits(c: &mut PgConnection) -> Outcome {
    let mut transaction = c.begin().await?;
    person(&mut transaction, 2001).await?;
    transaction.rollback().await?;
    let mut transaction = c.begin().await?;
    person(&mut transaction, 2002).await?;
    transaction.commit().await?;
    expect((name(c, 2001).await?, name(c, 2002).await?), (None, Some("stays".into())))
}

async fn retries(c: &mut PgConnection) -> Outcome {
    let mut other = connect("secret").await?;
    let mut failures = Vec::new();
    for attempt in 0..3 {
        let mut transaction = c.begin_with(text("REPEATABLE")).await?;
        exec(&mut transaction, "VISITS").await?;
        if attempt == 0 {
            exec(&mut other, "VISIT").await?;
        }
        match exec(&mut transaction, "VISIT").await {
            Ok(_) => {
                transaction.commit().await?;
                break;
            }
            Err(error) => failures.push(code(&error)),
        }
        transaction.rollback().await?;
    }
    expect(failures, vec!["40001".to_string()])?;
    expect(sqlx::query_scalar::<_, i64>(&text("VISITS")).fetch_one(c).await?, 2)
}

async fn savepoint(c: &mut PgConnection) -> Outcome {
    let mut transaction = c.begin().await?;
    person(&mut transaction, 2003).await?;
    let mut inner = transaction.begin().await?;
    expect(code(&exec(&mut inner, "DUPLICATE").await.unwrap_err()), "23505".into())?;
    inner.rollback().await?;
    transaction.commit().await?;
    expect(name(c, 2003).await?, Some("stays".into()))
}

async fn pieces(c: &mut PgConnection) -> Outcome {
    let mut transaction = c.begin().await?;
    let mut ids: Vec<i64> = Vec::new();
    transaction.execute(format!("DECLARE pieces CURSOR FOR {}", text("IDS")).as_str()).await?;
    loop {
        let query = sqlx::query_scalar::<_, i64>("FETCH FORWARD 100 FROM pieces").persistent(false);
        let piece: Vec<i64> = query.fetch(&mut *transaction).try_collect().await?;
        if piece.is_empty() {
            break;
        }
        ids.extend(piece);
    }
    transaction.commit().await?;
    expect(ids, (1..=1000).collect())
}

async fn errors(c: &mut PgConnection) -> Outcome {
    let syntax = exec(c, "SYNTAX").await.unwrap_err();
    let position = database_error(&syntax).and_then(|e| e.position());
    expect((code(&syntax), position), ("42601".into(), Some(PgErrorPosition::Original(20))))?;
    let duplicate = exec(c, "DUPLICATE").await.unwrap_err();
    let constraint = database_error(&duplicate).and_then(|e| e.constraint());
    expect((code(&duplicate), constraint), ("23505".into(), Some("Person_pkey")))
}

async fn reconnect(c: &mut PgConnection) -> Outcome {
    exec(c, "IDLE").await?;
    tokio::time::sleep(Duration::from_millis(500)).await;
    expect(exec(c, "ONE").await.is_err(), true)?;
    one(&mut connect("secret").await?).await
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
    let (mut number, mut failed, mut opened) = (0, 0, None);
    let mut tell = |promise: &str, outcome: Outcome| report(&mut number, &mut failed, promise, outcome);
    let skip = |promise: &str, why: &str| println!("ok 0 - {promise} # SKIP {why}");
    println!("# version 0.8.6\n# connection {}", text("URL"));
    tell("connects with TLS and SCRAM", connects(&mut opened).await);
    let Some(mut c) = opened else { std::process::exit(1) };
    tell("is refused with a wrong password", refused().await);
    tell("declares labels", c.execute(text("LABELS").as_str()).await.map(|_| ()).map_err(Into::into));
    tell("loads 1000 nodes in bulk", load(&mut c).await);
    skip("takes parameters of every type in text", "it knows only binary");
    tell("takes parameters of every type in binary", samples(&mut c).await);
    tell("decodes a node, an edge and a path", elements(&mut c).await);
    tell("runs a prepared statement ten times", prepared(&mut c).await);
    tell("commits and rolls back", commits(&mut c).await);
    tell("tries again after 40001", retries(&mut c).await);
    tell("goes back to a savepoint", savepoint(&mut c).await);
    tell("fetches 1000 rows piece by piece", pieces(&mut c).await);
    skip("cancels a long query", "it has no way to cancel");
    skip("receives a warning", "it only logs them");
    tell("tells SQLSTATE, position and constraint", errors(&mut c).await);
    tell("connects again after the session ended", reconnect(&mut c).await);
    println!("1..16");
    std::process::exit(if failed > 0 { 1 } else { 0 });
}
