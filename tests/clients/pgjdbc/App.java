// The application with pgjdbc: its default, extended mode with binary transfer from the fifth run on;
// then the samples again in its simple mode, and a batch.

import java.io.StringReader;
import java.math.BigDecimal;
import java.sql.*;
import java.time.*;
import java.util.*;
import org.postgresql.PGConnection;
import org.postgresql.util.PGInterval;
import org.postgresql.util.PGobject;
import org.postgresql.util.PSQLException;

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
	static Connection connection;

	static String text(String name) {
		return System.getenv("APP_" + name).replaceAll("\\$\\d+", "?");
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
			for (StackTraceElement at : e.getStackTrace())
				if (at.getClassName().startsWith("App"))
					System.out.println("#   " + at);
		}
	}

	static Connection connect(String password, String options) throws SQLException {
		String url = "jdbc:postgresql://127.0.0.1:" + System.getenv("PGPORT") + "/quiver?sslmode=require" + options;
		return DriverManager.getConnection(url, "app", password);
	}

	static PreparedStatement prepare(Connection c, String name, Object... parameters) throws SQLException {
		PreparedStatement statement = c.prepareStatement(text(name));
		for (int i = 0; i < parameters.length; i++)
			statement.setObject(i + 1, parameters[i]);
		return statement;
	}

	static int update(Connection c, String name, Object... parameters) throws SQLException {
		try (PreparedStatement statement = prepare(c, name, parameters)) {
			return statement.executeUpdate();
		}
	}

	static Object one(Connection c, String name, Object... parameters) throws SQLException {
		try (PreparedStatement statement = prepare(c, name, parameters); ResultSet rows = statement.executeQuery()) {
			return rows.next() ? rows.getObject(1) : null;
		}
	}

	static void run(Connection c, String sql) throws SQLException {
		try (Statement statement = c.createStatement()) {
			statement.execute(sql);
		}
	}

	static String code(Step step) throws Exception {
		try {
			step.run();
		} catch (SQLException e) {
			return e.getSQLState();
		}
		return null;
	}

	static final UUID uuid = UUID.fromString("12345678-1234-5678-1234-567812345678");
	static final LocalDate day = LocalDate.of(2024, 2, 29);
	static final LocalTime time = LocalTime.of(12, 34, 56, 789012000);
	static final LocalDateTime moment = LocalDateTime.of(day, time);
	static final String string = "Zoë \"q\" \\ 雪";
	static final byte[] bytes = {0, -1, 39, 92};

	static void writeSample(Connection c) throws SQLException {
		Array numbers = c.createArrayOf("int8", new Long[] {1L, -2L, 3L});
		Array strings = c.createArrayOf("text", new String[] {"a", "b,\"c\"", ""});
		expect(update(c, "SAMPLE", 1L, true, 4294967296123L, -0.25, string, bytes, uuid, day, time, moment,
			moment.atOffset(ZoneOffset.UTC), new PGInterval("2 days 03:04:05"), numbers, strings,
			new BigDecimal("12.5")), 1);
	}

	static void readSample(PreparedStatement read) throws SQLException {
		try (ResultSet r = read.executeQuery()) {
			expect(r.next(), true);
			expect(new Object[] {r.getLong(1), r.getBoolean(2), r.getLong(3), r.getDouble(4), r.getString(5), r.getBytes(6),
				r.getObject(7), r.getObject(8, LocalDate.class), r.getObject(9, LocalTime.class),
				r.getObject(10, LocalDateTime.class), r.getObject(11, OffsetDateTime.class).toInstant(),
				r.getObject(12), r.getArray(13).getArray(), r.getArray(14).getArray(), r.getBigDecimal(15)},
				new Object[] {1L, true, 4294967296123L, -0.25, string, bytes, uuid, day, time, moment,
				moment.toInstant(ZoneOffset.UTC), new PGInterval("2 days 03:04:05"), new Long[] {1L, -2L, 3L},
				new String[] {"a", "b,\"c\"", ""}, new BigDecimal("12.5")});
		}
	}

	// Six runs: the driver asks for binary from the fifth on.
	static void samples(Connection c, int runs) throws SQLException {
		writeSample(c);
		try (PreparedStatement read = prepare(c, "SAMPLE_READ", 1L)) {
			for (int i = 0; i < runs; i++)
				readSample(read);
		}
		expect(one(c, "SAMPLE_TEXT"), text("SAMPLE_EXPECTED"));
		update(c, "SAMPLE_DROP");
	}

	static void load() throws Exception {
		StringBuilder lines = new StringBuilder();
		for (int i = 1; i <= 1000; i++)
			lines.append(i).append("\tn").append(i).append('\n');
		expect(connection.unwrap(PGConnection.class).getCopyAPI().copyIn(text("COPY"), new StringReader(lines.toString())), 1000L);
		expect(one(connection, "COUNT"), 1000L);
	}

	static void elements() throws Exception {
		update(connection, "EDGE");
		try (PreparedStatement s = prepare(connection, "ELEMENTS"); ResultSet r = s.executeQuery()) {
			expect(r.next(), true);
			String node = ((PGobject) r.getObject(1)).getValue(), edge = r.getString(2), path = r.getString(3);
			expect(node.matches(".*\"labels\":\\[\"Person\"\\].*\"name\":\"n1\".*"), true);
			expect(edge.matches(".*\"label\":\"KNOWS\",\"properties\":\\{\"since\":1843\\}.*"), true);
			expect(path.matches("\\{\"edges\":\\[\\{.*\\}\\],\"nodes\":\\[\\{.*\"n1\".*\\{.*\"n2\".*\\}\\]\\}"), true);
		}
	}

	static void prepared() throws Exception {
		try (PreparedStatement statement = connection.prepareStatement(text("NAME"))) {
			for (long i = 1; i <= 10; i++) {
				statement.setLong(1, i);
				try (ResultSet rows = statement.executeQuery()) {
					expect(rows.next() ? rows.getString("name") : null, "n" + i);
				}
			}
		}
	}

	static void commits() throws Exception {
		connection.setAutoCommit(false);
		update(connection, "PERSON", 2001L, "gone");
		connection.rollback();
		update(connection, "PERSON", 2002L, "stays");
		connection.commit();
		connection.setAutoCommit(true);
		expect(new Object[] {one(connection, "NAME", 2001L), one(connection, "NAME", 2002L)}, new Object[] {null, "stays"});
	}

	static void retries() throws Exception {
		List<String> failures = new ArrayList<>();
		connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
		connection.setAutoCommit(false);
		try (Connection other = connect("secret", "")) {
			for (int attempt = 0; attempt < 3; attempt++) {
				one(connection, "VISITS");
				if (attempt == 0)
					update(other, "VISIT");
				String code = code(() -> update(connection, "VISIT"));
				if (code == null) {
					connection.commit();
					break;
				}
				failures.add(code);
				connection.rollback();
			}
		}
		connection.setAutoCommit(true);
		connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
		expect(failures, List.of("40001"));
		expect(one(connection, "VISITS"), 2L);
	}

	static void savepoint() throws Exception {
		connection.setAutoCommit(false);
		update(connection, "PERSON", 2003L, "stays");
		Savepoint here = connection.setSavepoint("here");
		expect(code(() -> update(connection, "DUPLICATE")), "23505");
		connection.rollback(here);
		connection.commit();
		connection.setAutoCommit(true);
		expect(one(connection, "NAME", 2003L), "stays");
	}

	static void pieces() throws Exception {
		connection.setAutoCommit(false);
		try (PreparedStatement statement = prepare(connection, "IDS")) {
			statement.setFetchSize(100);
			long next = 1;
			try (ResultSet rows = statement.executeQuery()) {
				while (rows.next())
					expect(rows.getLong(1), next++);
			}
			expect(next, 1001L);
		}
		connection.commit();
		connection.setAutoCommit(true);
	}

	static void cancels() throws Exception {
		try (Statement statement = connection.createStatement()) {
			new java.util.Timer(true).schedule(new TimerTask() {
				public void run() {
					try {
						statement.cancel();
					} catch (SQLException e) {
						System.out.println("# " + e);
					}
				}
			}, 300);
			expect(code(() -> statement.executeQuery(text("LONG"))), "57014");
		}
		expect(one(connection, "ONE"), 1L);
	}

	static void warns() throws Exception {
		try (Statement statement = connection.createStatement()) {
			statement.execute(text("WARNING"));
			expect(statement.getWarnings().getSQLState(), "25P01");
		}
	}

	static void errors() throws Exception {
		try {
			one(connection, "SYNTAX");
		} catch (PSQLException e) {
			expect(new Object[] {e.getSQLState(), e.getServerErrorMessage().getPosition()}, new Object[] {"42601", 20});
		}
		try {
			update(connection, "DUPLICATE");
		} catch (PSQLException e) {
			expect(new Object[] {e.getSQLState(), e.getServerErrorMessage().getConstraint()}, new Object[] {"23505", "Person_pkey"});
		}
	}

	static void reconnects() throws Exception {
		run(connection, text("IDLE"));
		Thread.sleep(500);
		expect(code(() -> one(connection, "ONE")) != null, true);
		connection = connect("secret", "");
		expect(one(connection, "ONE"), 1L);
	}

	static void batch() throws Exception {
		try (PreparedStatement statement = connection.prepareStatement(text("PERSON"))) {
			for (long i = 3001; i <= 3100; i++) {
				statement.setLong(1, i);
				statement.setString(2, "batch");
				statement.addBatch();
			}
			int[] counts = statement.executeBatch();
			expect(counts.length, 100);
			expect(Arrays.stream(counts).sum(), 100);
		}
	}

	public static void main(String[] arguments) {
		System.out.println("# version " + org.postgresql.util.DriverInfo.DRIVER_VERSION);
		System.out.println("# connection jdbc:postgresql://127.0.0.1:" + System.getenv("PGPORT") + "/quiver?sslmode=require");
		step("connects with TLS and SCRAM", () -> expect(one(connection = connect("secret", ""), "ONE"), 1L));
		step("is refused with a wrong password", () -> expect(code(() -> connect("wrong", "")), "28P01"));
		step("declares labels", () -> run(connection, text("LABELS")));
		step("loads 1000 nodes in bulk", App::load);
		step("takes parameters of every type in text", () -> samples(connection, 1));
		step("takes parameters of every type in binary", () -> samples(connection, 6));
		step("decodes a node, an edge and a path", App::elements);
		step("runs a prepared statement ten times", App::prepared);
		step("commits and rolls back", App::commits);
		step("tries again after 40001", App::retries);
		step("goes back to a savepoint", App::savepoint);
		step("fetches 1000 rows piece by piece", App::pieces);
		step("cancels a long query", App::cancels);
		step("receives a warning", App::warns);
		step("tells SQLSTATE, position and constraint", App::errors);
		step("connects again after the session ended", App::reconnects);
		step("runs a batch", App::batch);
		step("takes every type in simple mode", () -> samples(connect("secret", "&preferQueryMode=simple"), 1));
		System.out.printf("1..%d%n", number);
		System.exit(failed == 0 ? 0 : 1);
	}
}
