// The sample application with node-postgres: text results, parameters without types.
"use strict";
const pg = require("pg");

let count = 0;
let failed = 0;

function ok(isOk, promise, note) {
	count++;
	console.log(`${isOk ? "ok" : "not ok"} ${count} - node-postgres: ${promise}`);
	if (!isOk) {
		failed++;
		console.log(`# ${JSON.stringify(note)}`);
	}
}

function equal(got, expected, promise) {
	ok(JSON.stringify(got) === JSON.stringify(expected), promise, [got, expected]);
}

async function failureOf(client, query) {
	try {
		await client.query(query);
	} catch (error) {
		return error.code;
	}
	return null;
}

async function cancelOf(client, query) {
	const other = new pg.Client();
	await other.connect();
	const running = failureOf(client, query);
	await new Promise((resolve) => setTimeout(resolve, 200));
	const start = Date.now();
	const canceller = new pg.Client();
	canceller.connection.once("connect", () => canceller.connection.cancel(client.processID, client.secretKey));
	canceller.connection.on("error", () => {});
	canceller.connection.connect(`${client.host}/.s.PGSQL.${client.port}`);
	const code = await running;
	await other.end();
	return [code, Date.now() - start];
}

async function main() {
	const client = new pg.Client();
	await client.connect();
	ok(true, "connects");
	await client.query("CREATE NODE LABEL Person (id INT64 PRIMARY KEY, name STRING, height FLOAT64," +
		" is_member BOOL, born DATE, seen TIMESTAMPTZ)");
	await client.query("CREATE EDGE LABEL KNOWS (since INT64)");
	ok(true, "creates labels");

	const seen = new Date("2024-02-29T12:30:00.123Z");
	const inserted = await client.query(
		"INSERT (IS Person {id: $1, name: $2, height: $3, is_member: $4, seen: $5})",
		[1, "Ada", 1.65, true, seen]);
	equal([inserted.command, inserted.rowCount], ["INSERT", 1], "inserts with parameters");
	await client.query("INSERT (IS Person {id: $1, name: $2})", [2, "Grace"]);
	await client.query("MATCH (a IS Person {id: $1}), (b IS Person {id: $2}) INSERT (a)-[IS KNOWS {since: $3}]->(b)",
		[1, 2, 1843]);

	const row = (await client.query("MATCH (p IS Person {id: $1}) RETURN p.id AS id, p.name AS name," +
		" p.height AS height, p.is_member AS is_member, p.seen AS seen, p.born AS born", [1])).rows[0];
	equal(row, { id: "1", name: "Ada", height: 1.65, is_member: true, seen, born: null },
		"reads typed results (int8 is a string in this driver)");
	const edge = (await client.query("MATCH (p IS Person {id: 1})-[k IS KNOWS]->(q) RETURN k.since AS since, q")).rows[0];
	equal([edge.since, edge.q.properties.name], ["1843", "Grace"], "a node comes as an object");
	const list = await client.query("MATCH (p IS Person) WHERE p.id IN $1 RETURN p.name AS name ORDER BY p.id", [[1, 2]]);
	equal(list.rows.map((r) => r.name), ["Ada", "Grace"], "takes a list");
	for (let i = 0; i < 3; i++)
		equal((await client.query({ name: "by-id", text: "MATCH (p IS Person {id: $1}) RETURN p.name AS name", values: [2] })).rows,
			[{ name: "Grace" }], "runs a named prepared statement");

	const total = async () => (await client.query("MATCH (p IS Person) RETURN count(*) AS n")).rows[0].n;
	await client.query("BEGIN");
	await client.query("INSERT (IS Person {id: 10, name: 'gone'})");
	await client.query("ROLLBACK");
	equal(await total(), "2", "rolls back");
	await client.query("BEGIN");
	await client.query("INSERT (IS Person {id: 11, name: 'stays'})");
	await client.query("COMMIT");
	equal(await total(), "3", "commits");

	equal(await failureOf(client, "MATCH (p IS Person RETURN p"), "42601", "a syntax error is 42601");
	equal(await failureOf(client, "INSERT (IS Person {id: 1})"), "23505", "a duplicate key is 23505");
	await client.query("BEGIN");
	await failureOf(client, "RETURN 1 / 0");
	equal(await failureOf(client, "RETURN 1"), "25P02", "a failed transaction takes nothing more");
	await client.query("ROLLBACK");

	const [code, milliseconds] = await cancelOf(client,
		"UNWIND range(1, 100000) AS a UNWIND range(1, 100000) AS b RETURN count(*)");
	equal(code, "57014", "cancels a long query");
	ok(milliseconds < 2000, "the cancel is quick", milliseconds);
	equal((await client.query("RETURN 1 AS one")).rows, [{ one: "1" }], "the session goes on after a cancel");
	await client.end();
}

main().then(() => {
	console.log(`1..${count}`);
	process.exit(failed === 0 ? 0 : 1);
}, (error) => {
	console.log(`not ok ${count + 1} - node-postgres: ${error.message}`);
	console.log(`1..${count + 1}`);
	process.exit(1);
});
