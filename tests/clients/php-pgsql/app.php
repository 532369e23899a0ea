<?php
// The application with PHP's pgsql: every parameter and result in text.

require __DIR__ . '/../application.php';

// What a user of pg_query() gets: false, and a warning that is not for the screen.
error_reporting(E_ALL & ~E_WARNING & ~E_NOTICE);
$url = getenv('APP_URL');

function connect(string $password = 'secret'): PgSql\Connection|false
{
	return pg_connect(str_replace('secret', $password, getenv('APP_URL')), PGSQL_CONNECT_FORCE_NEW);
}

function run(string $query, PgSql\Connection $on = null): PgSql\Result
{
	global $connection;
	$result = pg_query($on ?? $connection, $query);
	if ($result === false)
		throw new Exception(pg_last_error($on ?? $connection));
	return $result;
}

function rows(string $name, mixed ...$parameters): array
{
	global $connection;
	$result = pg_query_params($connection, text($name), $parameters);
	if ($result === false)
		throw new Exception(pg_last_error($connection));
	return pg_fetch_all($result, PGSQL_NUM);
}

// A field of the error that a query ends with; null if it succeeds.
function field(string $query, int ...$fields): ?array
{
	global $connection;
	pg_send_query($connection, $query);
	$result = pg_get_result($connection);
	while (pg_get_result($connection));
	if (pg_result_status($result) !== PGSQL_FATAL_ERROR)
		return null;
	return array_map(fn ($f) => pg_result_error_field($result, $f), $fields);
}

function samples(): void
{
	global $connection;
	$sent = SAMPLE;
	$sent[1] = 't';
	$sent[5] = pg_escape_bytea($connection, SAMPLE[5]);
	rows('SAMPLE', ...$sent);
	$got = rows('SAMPLE_READ', 1)[0];
	$got[5] = pg_unescape_bytea($got[5]);
	expect($got, ['1', 't', '4294967296123', '-0.25', ...array_slice(SAMPLE, 4)]);
	$result = pg_query_params($connection, text('SAMPLE_READ'), [1]);
	$types = array_map(fn ($i) => pg_field_type($result, $i), range(0, 14));
	expect($types, ['int8', 'bool', 'int8', 'float8', 'text', 'bytea', 'uuid', 'date', 'time', 'timestamp', 'timestamptz',
		'interval', '_int8', '_text', 'numeric']);
	expect(rows('SAMPLE_TEXT')[0][0], text('SAMPLE_EXPECTED'));
	run(text('SAMPLE_DROP'));
}

echo "# version ", PHP_VERSION, "\n# connection $url\n";
step('connects with TLS and SCRAM', function () {
	global $connection;
	$connection = connect();
	expect(rows('ONE'), [['1']]);
});
step('is refused with a wrong password', function () {
	expect(connect('wrong'), false);
	expect(str_contains(error_get_last()['message'], 'password authentication failed for user "app"'), true);
});
step('declares labels', fn () => run(text('LABELS')));
step('loads 1000 nodes in bulk', function () {
	global $connection;
	run(text('COPY'));
	for ($i = 1; $i <= 1000; $i++)
		pg_put_line($connection, "$i\tn$i\n");
	pg_put_line($connection, "\\.\n");
	expect(pg_end_copy($connection), true);
	expect(rows('COUNT'), [['1000', '500500']]);
});
step('takes parameters of every type in text', fn () => samples());
step('takes parameters of every type in binary', fn () => throw new Skip('it knows only text'));
step('decodes a node, an edge and a path', function () {
	run(text('EDGE'));
	expect_elements(rows('ELEMENTS')[0]);
});
step('runs a prepared statement ten times', function () {
	global $connection;
	pg_prepare($connection, 'by_id', text('NAME'));
	for ($i = 1; $i <= 10; $i++)
		expect(pg_fetch_result(pg_execute($connection, 'by_id', [$i]), 0, 0), "n$i");
});
step('commits and rolls back', function () {
	run('BEGIN');
	rows('PERSON', 2001, 'gone');
	run('ROLLBACK');
	run('BEGIN');
	rows('PERSON', 2002, 'stays');
	run('COMMIT');
	expect([rows('NAME', 2001), rows('NAME', 2002)], [[], [['stays']]]);
});
step('tries again after 40001', function () {
	$other = connect();
	$failures = [];
	for ($attempt = 0; $attempt < 3; $attempt++) {
		run(text('REPEATABLE'));
		rows('VISITS');
		if ($attempt === 0)
			run(text('VISIT'), $other);
		$failure = field(text('VISIT'), PGSQL_DIAG_SQLSTATE);
		run($failure === null ? 'COMMIT' : 'ROLLBACK');
		if ($failure === null)
			break;
		$failures[] = $failure[0];
	}
	pg_close($other);
	expect([$failures, rows('VISITS')], [['40001'], [['2']]]);
});
step('goes back to a savepoint', function () {
	run('BEGIN');
	rows('PERSON', 2003, 'stays');
	run('SAVEPOINT here');
	expect(field(text('DUPLICATE'), PGSQL_DIAG_SQLSTATE), ['23505']);
	run('ROLLBACK TO SAVEPOINT here');
	run('COMMIT');
	expect(rows('NAME', 2003), [['stays']]);
});
step('fetches 1000 rows piece by piece', function () {
	$ids = [];
	run('BEGIN');
	run('DECLARE pieces CURSOR FOR ' . text('IDS'));
	while ($piece = pg_fetch_all_columns(run('FETCH FORWARD 100 FROM pieces')))
		array_push($ids, ...$piece);
	run('COMMIT');
	expect($ids, array_map('strval', range(1, 1000)));
});
step('cancels a long query', function () {
	global $connection;
	pg_send_query($connection, text('LONG'));
	usleep(300000);
	expect(pg_cancel_query($connection), true);
	expect(rows('ONE'), [['1']]);
});
step('receives a warning', function () {
	global $connection;
	run(text('WARNING'));
	expect(str_contains(pg_last_notice($connection), 'there is no transaction in progress'), true);
});
step('tells SQLSTATE, position and constraint', function () {
	expect(field(text('SYNTAX'), PGSQL_DIAG_SQLSTATE, PGSQL_DIAG_STATEMENT_POSITION), ['42601', '20']);
	expect(field(text('DUPLICATE'), PGSQL_DIAG_SQLSTATE, PGSQL_DIAG_CONSTRAINT_NAME), ['23505', 'Person_pkey']);
});
step('connects again after the session ended', function () {
	global $connection;
	run(text('IDLE'));
	usleep(500000);
	expect(pg_query($connection, text('ONE')), false);
	expect(pg_ping($connection) || pg_connection_reset($connection), true);
	expect(rows('ONE'), [['1']]);
});
finish();
