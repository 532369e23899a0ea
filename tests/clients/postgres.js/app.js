// The application with postgres.js: statements prepared by the driver, parameters in text. It reads the
// types of arrays from pg_type when it connects.
"use strict";
const { Readable } = require("stream");
const { pipeline } = require("stream/promises");
const postgres = require("postgres");
const { text, sleep, Skip, expect, codeOf, run, names, ids, uuid, string, bytes } = require("./application.js");

const url = process.env.APP_URL;
const notices = [];
let sql;

const open = (address) => postgres(address, { max: 1, onnotice: (notice) => notices.push(notice.code) });
const rows = async (name, ...parameters) => (await sql.unsafe(text(name), parameters).values()).map((row) => [...row]);

const stamp = "2024-02-29 12:34:56.789012";
const sent = [1, true, 4294967296123, -0.25, string, bytes, uuid, "2024-02-29", "12:34:56.789012", stamp, stamp + "+00",
	"2 days 03:04:05", [1, -2, 3], ["a", 'b,"c"', ""], "12.5"];

async function samples() {
	await sql.unsafe(text("SAMPLE"), sent);
	const row = (await rows("SAMPLE_READ", 1))[0];
	expect(row.slice(0, 7), ["1", true, "4294967296123", -0.25, string, bytes, uuid]);
	expect(row.slice(7, 11), [new Date("2024-02-29"), "12:34:56.789012", new Date("2024-02-29T12:34:56.789Z"),
		new Date("2024-02-29T12:34:56.789Z")]);
	expect(row.slice(11), ["2 days 03:04:05", ["1", "-2", "3"], ["a", 'b,"c"', ""], "12.5"]);
	// The driver makes moments to a Date, which has milliseconds.
	expect((await rows("SAMPLE_TEXT"))[0][0], text("SAMPLE_EXPECTED").replace(/(-29 12:34:56\.789)012/g, "$1"));
	await sql.unsafe(text("SAMPLE_DROP"));
}

run(require("./package.json").dependencies.postgres, url, [
	["connects with TLS and SCRAM", async () => {
		sql = open(url);
		expect(await rows("ONE"), [["1"]]);
	}],
	["is refused with a wrong password", async () => expect(await codeOf(open(url.replace("secret", "wrong"))`RETURN 1`), "28P01")],
	["declares labels", () => sql.unsafe(text("LABELS"))],
	["loads 1000 nodes in bulk", async () => {
		await pipeline(Readable.from(ids.map((i) => `${i}\tn${i}\n`)), await sql.unsafe(text("COPY")).writable());
		expect(await rows("COUNT"), [["1000", "500500"]]);
	}],
	["takes parameters of every type in text", samples],
	["takes parameters of every type in binary", () => { throw new Skip("it knows only text"); }],
	["decodes a node, an edge and a path", async () => {
		await rows("EDGE");
		const [node, edge, path] = (await rows("ELEMENTS"))[0];
		expect([node.labels, node.properties.name], [["Person"], "n1"]);
		expect([edge.label, edge.properties.since, edge.start], ["KNOWS", 1843, node.id]);
		expect([path.nodes.length, path.edges.length], [2, 1]);
	}],
	["runs a prepared statement ten times", async () => {
		const got = [];
		for (let i = 1; i <= 10; i++)
			got.push((await sql.unsafe(text("NAME"), [i], { prepare: true }))[0].name);
		expect(got, names);
	}],
	["commits and rolls back", async () => {
		await sql.begin(async (sql) => {
			await sql.unsafe(text("PERSON"), [2001, "gone"]);
			throw new Error("gone");
		}).catch((error) => expect(error.message, "gone"));
		await sql.begin((sql) => sql.unsafe(text("PERSON"), [2002, "stays"]));
		expect([await rows("NAME", 2001), await rows("NAME", 2002)], [[], [["stays"]]]);
	}],
	["tries again after 40001", async () => {
		const other = open(url);
		const failures = [];
		for (let attempt = 0; attempt < 3; attempt++) {
			const code = await codeOf(sql.begin("isolation level repeatable read", async (sql) => {
				await sql.unsafe(text("VISITS"));
				if (attempt === 0)
					await other.unsafe(text("VISIT"));
				await sql.unsafe(text("VISIT"));
			}));
			if (code === null)
				break;
			failures.push(code);
		}
		await other.end();
		expect([failures, await rows("VISITS")], [["40001"], [["2"]]]);
	}],
	["goes back to a savepoint", async () => {
		await sql.begin(async (sql) => {
			await sql.unsafe(text("PERSON"), [2003, "stays"]);
			expect(await codeOf(sql.savepoint((sql) => sql.unsafe(text("DUPLICATE")))), "23505");
		});
		expect((await rows("NAME", 2003)).length, 1);
	}],
	["fetches 1000 rows piece by piece", async () => {
		const got = [];
		await sql.unsafe(text("IDS")).cursor(100, (piece) => void got.push(...piece.map((row) => Number(row.id))));
		expect(got, ids);
	}],
	["cancels a long query", async () => {
		const query = sql.unsafe(text("LONG"));
		const code = codeOf(query.execute());
		await sleep(300);
		await query.cancel();
		expect(await code, "57014");
		expect(await rows("ONE"), [["1"]]);
	}],
	["receives a warning", async () => {
		await sql.unsafe(text("WARNING"));
		expect(notices, ["25P01"]);
	}],
	["tells SQLSTATE, position and constraint", async () => {
		const errors = [];
		for (const name of ["SYNTAX", "DUPLICATE"])
			await sql.unsafe(text(name)).catch((e) => errors.push([e.code, e.position, e.constraint_name]));
		expect(errors, [["42601", "20", undefined], ["23505", undefined, "Person_pkey"]]);
	}],
	["connects again after the session ended", async () => {
		await sql.unsafe(text("IDLE"));
		await sleep(500);
		const first = await rows("ONE").catch(() => rows("ONE"));
		expect(first, [["1"]]);
	}],
]);
