<?php
// The application with PHP's PDO: parameters in text, statements prepared on the server.

require __DIR__ . '/../application.php';

$dsn = 'pgsql:host=127.0.0.1;port=' . getenv('PGPORT') . ';dbname=quiver;sslmode=require';

function connect(string $password = 'secret'): PDO
{
	global $dsn;
	return new PDO($dsn, 'app', $password, [PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION, PDO::ATTR_DEFAULT_FETCH_MODE => PDO::FETCH_NUM]);
}

function marked(string $name): string
{
	return preg_replace('/\$\d+/', '?', text($name));
}

function rows(string $name, mixed ...$parameters): array
{
	global $connection;
	$statement = $connection->prepare(marked($name));
	$statement->execute($parameters);
	return $statement->fetchAll();
}

function state_of(callable $run): ?string
{
	try {
		$run();
	} catch (PDOException $e) {
		return $e->errorInfo[0] ?? (string) $e->getCode();
	}
	return null;
}

function samples(): void
{
	global $connection;
	$insert = $connection->prepare(marked('SAMPLE'));
	foreach (SAMPLE as $i => $value)
		$insert->bindValue($i + 1, $value, match ($i) { 0, 2 => PDO::PARAM_INT, 1 => PDO::PARAM_BOOL, 5 => PDO::PARAM_LOB, default => PDO::PARAM_STR });
	$insert->execute();
	$got = rows('SAMPLE_READ', 1)[0];
	$got[3] = (float) $got[3];
	$got[5] = stream_get_contents($got[5]);
	expect($got, SAMPLE);
	$statement = $connection->query(marked('SAMPLE_TEXT'));
	expect($statement->getColumnMeta(0)['native_type'], 'text');
	expect($statement->fetchColumn(), text('SAMPLE_EXPECTED'));
	$connection->exec(text('SAMPLE_DROP'));
}

echo "# version ", PHP_VERSION, "\n# connection $dsn\n";
step('connects with TLS and SCRAM', function () {
	global $connection;
	$connection = connect();
	expect(rows('ONE'), [[1]]);
});
step('is refused with a wrong password', function () {
	try {
		connect('wrong');
		throw new Exception('a wrong password was accepted');
	} catch (PDOException $e) {
		expect(str_contains($e->getMessage(), 'password authentication failed for user "app"'), true);
	}
});
step('declares labels', fn () => $connection->exec(text('LABELS')));
step('loads 1000 nodes in bulk', function () {
	global $connection;
	$lines = array_map(fn ($i) => "$i\tn$i", range(1, 1000));
	expect($connection->pgsqlCopyFromArray('Person', $lines, "\t", '\\\\N', 'id, name'), true);
	expect(rows('COUNT'), [[1000, 500500]]);
});
step('takes parameters of every type in text', fn () => samples());
step('takes parameters of every type in binary', fn () => throw new Skip('it knows only text, but for bytes'));
step('decodes a node, an edge and a path', function () {
	rows('EDGE');
	expect_elements(rows('ELEMENTS')[0]);
});
step('runs a prepared statement ten times', function () {
	global $connection;
	$statement = $connection->prepare(marked('NAME'));
	for ($i = 1; $i <= 10; $i++) {
		$statement->execute([$i]);
		expect($statement->fetchColumn(), "n$i");
	}
});
step('commits and rolls back', function () {
	global $connection;
	$connection->beginTransaction();
	rows('PERSON', 2001, 'gone');
	$connection->rollBack();
	$connection->beginTransaction();
	rows('PERSON', 2002, 'stays');
	$connection->commit();
	expect([rows('NAME', 2001), rows('NAME', 2002)], [[], [['stays']]]);
});
step('tries again after 40001', function () {
	global $connection;
	$other = connect();
	$failures = [];
	for ($attempt = 0; $attempt < 3; $attempt++) {
		$connection->exec(text('REPEATABLE'));
		rows('VISITS');
		if ($attempt === 0)
			$other->exec(text('VISIT'));
		$failure = state_of(fn () => $connection->exec(text('VISIT')));
		$connection->exec($failure === null ? 'COMMIT' : 'ROLLBACK');
		if ($failure === null)
			break;
		$failures[] = $failure;
	}
	expect([$failures, rows('VISITS')], [['40001'], [[2]]]);
});
step('goes back to a savepoint', function () {
	global $connection;
	$connection->beginTransaction();
	rows('PERSON', 2003, 'stays');
	$connection->exec('SAVEPOINT here');
	expect(state_of(fn () => rows('DUPLICATE')), '23505');
	$connection->exec('ROLLBACK TO SAVEPOINT here');
	$connection->commit();
	expect(rows('NAME', 2003), [['stays']]);
});
step('fetches 1000 rows piece by piece', function () {
	global $connection;
	$ids = [];
	$connection->beginTransaction();
	$connection->exec('DECLARE pieces CURSOR FOR ' . text('IDS'));
	while ($piece = $connection->query('FETCH FORWARD 100 FROM pieces')->fetchAll(PDO::FETCH_COLUMN))
		array_push($ids, ...$piece);
	$connection->commit();
	expect($ids, range(1, 1000));
});
step('cancels a long query', fn () => throw new Skip('it has no way to cancel'));
step('receives a warning', fn () => throw new Skip('it has no way to show them'));
step('tells SQLSTATE, position and constraint', function () {
	global $connection;
	expect(state_of(fn () => $connection->exec(text('SYNTAX'))), '42601');
	try {
		$connection->exec(text('DUPLICATE'));
	} catch (PDOException $e) {
		expect([$e->errorInfo[0], str_contains($e->getMessage(), '"Person_pkey"')], ['23505', true]);
	}
});
step('connects again after the session ended', function () {
	global $connection;
	$connection->exec(text('IDLE'));
	usleep(500000);
	expect(@state_of(fn () => rows('ONE')) !== null, true);
	$connection = connect();
	expect(rows('ONE'), [[1]]);
});
finish();
