<?php
// What the programs in PHP share: reporting, texts, values.

const SAMPLE = [1, true, 4294967296123, -0.25, 'Zoë "q" \\ 雪', "\x00\xff'\\", '12345678-1234-5678-1234-567812345678',
	'2024-02-29', '12:34:56.789012', '2024-02-29 12:34:56.789012', '2024-02-29 12:34:56.789012+00', '2 days 03:04:05',
	'{1,-2,3}', '{a,"b,\\"c\\"",""}', '12.5'];

class Skip extends Exception
{
}

$number = 0;
$failed = 0;

function text(string $name): string
{
	return getenv("APP_$name");
}

function expect(mixed $got, mixed $wanted): void
{
	if ($got !== $wanted)
		throw new Exception(var_export($got, true) . " is not " . var_export($wanted, true));
}

function step(string $name, callable $run): void
{
	global $number, $failed;
	$number++;
	try {
		$run();
		echo "ok $number - $name\n";
	} catch (Skip $why) {
		echo "ok $number - $name # SKIP {$why->getMessage()}\n";
	} catch (Throwable $e) {
		$failed++;
		echo "not ok $number - $name\n# ", str_replace("\n", "\n# ", $e->getMessage()), " (line {$e->getLine()})\n";
	}
}

function expect_elements(array $cells): void
{
	[$node, $edge, $path] = array_map(fn ($cell) => json_decode($cell, true), $cells);
	expect([$node['labels'], $node['properties']['name']], [['Person'], 'n1']);
	expect([$edge['label'], $edge['properties']['since'], $edge['start']], ['KNOWS', 1843, $node['id']]);
	expect([count($path['nodes']), count($path['edges'])], [2, 1]);
}

function finish(): never
{
	global $number, $failed;
	echo "1..$number\n";
	exit($failed > 0 ? 1 : 0);
}
