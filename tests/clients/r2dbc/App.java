// The application with r2dbc-postgresql, each step waited for.

import io.r2dbc.postgresql.PostgresqlConnectionConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import io.r2dbc.postgresql.api.*;
import io.r2dbc.postgresql.client.SSLMode;
import io.r2dbc.postgresql.codec.Interval;
import io.r2dbc.postgresql.codec.Json;
import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.R2dbcException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.*;
import java.util.*;
import java.util.concurrent.CopyOnWriteArrayList;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

public class App {
	interface Step {
		void run() throws Exception;
	}

	static class Skip extends Exception {
		Skip(String why) {
			super(why);
		}
	}

	static int number, failed;
	static PostgresqlConnection connection;

	static String text(String name) {
		// The driver takes "$1}" for a name that ends in a brace.
		return System.getenv("APP_" + name).replaceAll("(\\$[0-9]+)}", "$1 }");
	}

	static void expect(Object got, Object wanted) {
		if (!Objects.deepEquals(got, wanted))
			throw new AssertionError(show(got) + " is not " + show(wanted));
	}

	static String show(Object o) {
		return o instanceof Object[] array ? Arrays.deepToString(array) : String.valueOf(o);
	}

	static void step(String name, Step step) {
		number++;
		try {
			step.run();
			System.out.printf("ok %d - %s%n", number, name);
		} catch (Skip why) {
			System.out.printf("ok %d - %s # SKIP %s%n", number, name, why.getMessage());
		} catch (Throwable e) {
			failed++;
			System.out.printf("not ok %d - %s%n# %s%n", number, name, e.toString().replace("\n", "\n# "));
		}
	}

	static PostgresqlConnection connect(String password, boolean isBinary) {
		return new PostgresqlConnectionFactory(PostgresqlConnectionConfiguration.builder()
			.host("127.0.0.1").port(Integer.parseInt(System.getenv("PGPORT"))).database("quiver").username("app")
			.password(password).sslMode(SSLMode.REQUIRE).forceBinary(isBinary).build()).create().block();
	}

	static PostgresqlConnection connect(String password) {
		return connect(password, false);
	}

	static PostgresqlStatement statement(PostgresqlConnection c, String name, Object... parameters) {
		PostgresqlStatement statement = c.createStatement(text(name));
		for (int i = 0; i < parameters.length; i++)
			statement.bind(i, parameters[i]);
		return statement;
	}

	static long update(PostgresqlConnection c, String name, Object... parameters) {
		return statement(c, name, parameters).execute().flatMap(PostgresqlResult::getRowsUpdated).reduce(0L, Long::sum).block();
	}

	static <T> List<T> rows(Class<T> type, PostgresqlStatement statement) {
		return statement.execute().flatMap(r -> r.map((row, about) -> Optional.ofNullable(row.get(0, type)))).collectList().block()
			.stream().map(o -> o.orElse(null)).toList();
	}

	static <T> T one(PostgresqlConnection c, Class<T> type, String name, Object... parameters) {
		List<T> found = rows(type, statement(c, name, parameters));
		return found.isEmpty() ? null : found.get(0);
	}

	static void run(PostgresqlConnection c, String sql) {
		c.createStatement(sql).execute().flatMap(PostgresqlResult::getRowsUpdated).blockLast();
	}

	static R2dbcException failure(Step step) throws Exception {
		try {
			step.run();
		} catch (R2dbcException e) {
			return e;
		}
		return null;
	}

	static String code(Step step) throws Exception {
		R2dbcException e = failure(step);
		return e == null ? null : e.getSqlState();
	}

	static final LocalDateTime moment = LocalDateTime.of(2024, 2, 29, 12, 34, 56, 789012000);
	static final Object[] sent = {1L, true, 4294967296123L, -0.25, "Zoë \"q\" \\ 雪", ByteBuffer.wrap(new byte[] {0, -1, 39, 92}),
		UUID.fromString("12345678-1234-5678-1234-567812345678"), moment.toLocalDate(), moment.toLocalTime(), moment,
		moment.atOffset(ZoneOffset.UTC), Interval.parse("P2DT3H4M5S"), new Long[] {1L, -2L, 3L}, new String[] {"a", "b,\"c\"", ""},
		new java.math.BigDecimal("12.5")};

	static void samples(boolean isBinary) {
		PostgresqlConnection c = connect("secret", isBinary);
		expect(update(c, "SAMPLE", sent), 1L);
		// The driver decodes intervals from text alone.
		Object[] wanted = sent.clone();
		String read = text("SAMPLE_READ");
		if (isBinary) {
			read = read.replace("x.i AS i", "CAST(x.i AS STRING) AS i");
			wanted[11] = "2 days 03:04:05";
		}
		Object[] got = c.createStatement(read).bind(0, 1L).execute().flatMap(r -> r.map((row, about) -> {
			Object[] cells = new Object[sent.length];
			for (int i = 0; i < sent.length; i++)
				cells[i] = row.get(i, (Class<?>) (wanted[i] instanceof ByteBuffer ? ByteBuffer.class : wanted[i].getClass()));
			return cells;
		})).single().block();
		got[10] = ((OffsetDateTime) got[10]).withOffsetSameInstant(ZoneOffset.UTC);
		expect(got, wanted);
		expect(one(c, String.class, "SAMPLE_TEXT"), text("SAMPLE_EXPECTED"));
		update(c, "SAMPLE_DROP");
		c.close().block();
	}

	static void load() {
		StringBuilder lines = new StringBuilder();
		for (int i = 1; i <= 1000; i++)
			lines.append(i).append("\tn").append(i).append('\n');
		var data = io.netty.buffer.Unpooled.copiedBuffer(lines, StandardCharsets.UTF_8);
		expect(connection.copyIn(text("COPY"), Mono.just(data)).block(), 1000L);
		expect(one(connection, Long.class, "COUNT"), 1000L);
	}

	static void elements() {
		update(connection, "EDGE");
		String[] cells = statement(connection, "ELEMENTS").execute().flatMap(r -> r.map((row, about) ->
			new String[] {row.get(0, Json.class).asString(), row.get(1, Json.class).asString(), row.get(2, Json.class).asString()})).single().block();
		expect(cells[0].matches(".*\"labels\":\\[\"Person\"\\].*\"name\":\"n1\".*"), true);
		expect(cells[1].matches(".*\"label\":\"KNOWS\",\"properties\":\\{\"since\":1843\\}.*"), true);
		expect(cells[2].matches("\\{\"edges\":\\[\\{.*\\}\\],\"nodes\":\\[\\{.*\"n1\".*\\{.*\"n2\".*\\}\\]\\}"), true);
	}

	static void commits() {
		connection.beginTransaction().block();
		update(connection, "PERSON", 2001L, "gone");
		connection.rollbackTransaction().block();
		connection.beginTransaction().block();
		update(connection, "PERSON", 2002L, "stays");
		connection.commitTransaction().block();
		expect(new Object[] {one(connection, String.class, "NAME", 2001L), one(connection, String.class, "NAME", 2002L)},
			new Object[] {null, "stays"});
	}

	static void retries() throws Exception {
		List<String> failures = new ArrayList<>();
		PostgresqlConnection other = connect("secret");
		for (int attempt = 0; attempt < 3; attempt++) {
			connection.beginTransaction(IsolationLevel.REPEATABLE_READ).block();
			one(connection, Long.class, "VISITS");
			if (attempt == 0)
				update(other, "VISIT");
			String code = code(() -> update(connection, "VISIT"));
			if (code == null) {
				connection.commitTransaction().block();
				break;
			}
			failures.add(code);
			connection.rollbackTransaction().block();
		}
		other.close().block();
		expect(failures, List.of("40001"));
		expect(one(connection, Long.class, "VISITS"), 2L);
	}

	static void savepoint() throws Exception {
		connection.beginTransaction().block();
		update(connection, "PERSON", 2003L, "stays");
		connection.createSavepoint("here").block();
		expect(code(() -> update(connection, "DUPLICATE")), "23505");
		connection.rollbackTransactionToSavepoint("here").block();
		connection.commitTransaction().block();
		expect(one(connection, String.class, "NAME", 2003L), "stays");
	}

	static void pieces() {
		connection.beginTransaction().block();
		List<Long> ids = rows(Long.class, statement(connection, "IDS").fetchSize(100));
		connection.commitTransaction().block();
		expect(ids.size(), 1000);
		for (int i = 0; i < 1000; i++)
			expect(ids.get(i), i + 1L);
	}

	static void cancels() throws Exception {
		Mono.delay(Duration.ofMillis(300)).then(connection.cancelRequest()).subscribe();
		expect(code(() -> one(connection, Long.class, "LONG")), "57014");
		expect(one(connection, Long.class, "ONE"), 1L);
	}

	static void warns() {
		List<String> codes = new CopyOnWriteArrayList<>();
		connection.createStatement(text("WARNING")).execute()
			.flatMap(r -> r.filter(s -> true).flatMap(s -> {
				if (s instanceof io.r2dbc.spi.Result.Message m)
					codes.add(m.sqlState());
				return Mono.empty();
			})).blockLast();
		expect(codes, List.of("25P01"));
	}

	static void errors() throws Exception {
		var syntax = ((PostgresqlException) failure(() -> one(connection, Long.class, "SYNTAX"))).getErrorDetails();
		expect(new Object[] {syntax.getCode(), syntax.getPosition()}, new Object[] {"42601", Optional.of("20")});
		var duplicate = ((PostgresqlException) failure(() -> update(connection, "DUPLICATE"))).getErrorDetails();
		expect(new Object[] {duplicate.getCode(), duplicate.getConstraintName()}, new Object[] {"23505", Optional.of("Person_pkey")});
	}

	static void reconnects() throws Exception {
		run(connection, text("IDLE"));
		Thread.sleep(500);
		expect(failure(() -> one(connection, Long.class, "ONE")) != null, true);
		connection = connect("secret");
		expect(one(connection, Long.class, "ONE"), 1L);
	}

	public static void main(String[] arguments) {
		System.out.println("# version 1.1.3.RELEASE");
		System.out.println("# connection r2dbc:postgresql://app:secret@127.0.0.1:" + System.getenv("PGPORT") + "/quiver?sslMode=require");
		step("connects with TLS and SCRAM", () -> expect(one(connection = connect("secret"), Long.class, "ONE"), 1L));
		step("is refused with a wrong password", () -> expect(code(() -> connect("wrong")), "28P01"));
		step("declares labels", () -> run(connection, text("LABELS")));
		step("loads 1000 nodes in bulk", App::load);
		step("takes parameters of every type in text", () -> samples(false));
		step("takes parameters of every type in binary", () -> samples(true));
		step("decodes a node, an edge and a path", App::elements);
		step("runs a prepared statement ten times", () -> {
			for (long i = 1; i <= 10; i++)
				expect(one(connection, String.class, "NAME", i), "n" + i);
		});
		step("commits and rolls back", App::commits);
		step("tries again after 40001", App::retries);
		step("goes back to a savepoint", App::savepoint);
		step("fetches 1000 rows piece by piece", App::pieces);
		step("cancels a long query", App::cancels);
		step("receives a warning", App::warns);
		step("tells SQLSTATE, position and constraint", App::errors);
		step("connects again after the session ended", App::reconnects);
		System.out.printf("1..%d%n", number);
		System.exit(failed == 0 ? 0 : 1);
	}
}
