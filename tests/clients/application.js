// What the programs in JavaScript share: reporting, texts, values.
"use strict";

const text = (name) => process.env["APP_" + name];
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

class Skip extends Error {}

function expect(got, wanted) {
	if (JSON.stringify(got) !== JSON.stringify(wanted))
		throw new Error(`${JSON.stringify(got)} is not ${JSON.stringify(wanted)}`);
}

async function codeOf(promise) {
	try {
		await promise;
	} catch (error) {
		return error.code;
	}
	return null;
}

// Runs the steps: a list of [name, function].
async function run(version, connection, steps) {
	let failed = 0;
	console.log(`# version ${version}`);
	console.log(`# connection ${connection}`);
	for (const [i, [name, step]] of steps.entries()) {
		try {
			await step();
			console.log(`ok ${i + 1} - ${name}`);
		} catch (error) {
			if (error instanceof Skip) {
				console.log(`ok ${i + 1} - ${name} # SKIP ${error.message}`);
				continue;
			}
			failed++;
			console.log(`not ok ${i + 1} - ${name}`);
			console.log("# " + String(error.stack).split("\n").slice(0, 6).join("\n# "));
		}
	}
	console.log(`1..${steps.length}`);
	process.exit(failed === 0 ? 0 : 1);
}

const names = Array.from({ length: 10 }, (_, i) => `n${i + 1}`);
const ids = Array.from({ length: 1000 }, (_, i) => i + 1);
const uuid = "12345678-1234-5678-1234-567812345678";
const string = 'Zoë "q" \\ 雪';
const bytes = Buffer.from([0, 255, 39, 92]);

module.exports = { text, sleep, Skip, expect, codeOf, run, names, ids, uuid, string, bytes };
