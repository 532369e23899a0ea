// All methods of DatabaseMetaData, as pgjdbc answers them for this server and for PostgreSQL:
//
//     java Metadata.java SCHEMA URL [URL of PostgreSQL]
//
// Both servers get the tables of the file SCHEMA. Each method is called on both with the same
// arguments; what fails, and what differs, is printed. Prints TAP. Without PostgreSQL the methods
// have to answer, and the tables to be found.

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.*;
import java.sql.*;
import java.util.*;

public class Metadata {
	// Methods whose answer tells of the server itself, not of what it holds.
	static final Set<String> OWN = Set.of("getURL", "getUserName", "getConnection",
			"getDatabaseProductVersion", "getDatabaseMinorVersion", "getCatalogs", "getMaxConnections",
			"getNumericFunctions", "getStringFunctions", "getSystemFunctions", "getTimeDateFunctions");
	// Methods that list what servers have more or less of: each row here must be one of PostgreSQL's.
	static final Set<String> PARTS = Set.of("getTypeInfo", "getSchemas", "getClientInfoProperties",
			"getFunctions", "getFunctionColumns", "getProcedures", "getProcedureColumns");
	// Columns that number or name what only this server has.
	static final Set<String> IGNORED = Set.of("SPECIFIC_NAME", "PROCEDURE_CAT", "FUNCTION_CAT", "TABLE_CAT", "TABLE_CATALOG",
			"PKTABLE_CAT", "FKTABLE_CAT", "TYPE_CAT", "GRANTOR", "GRANTEE", "CARDINALITY", "PAGES", "REMARKS");

	// The graph that every database of this server has: PostgreSQL 15 knows no property graphs, and
	// the driver shows relations of kinds it does not know without a type. Nothing else is let through.
	static final String GRAPH = "[, public, main, null, , , , , , ]";

	static int number, failed;

	static void line(boolean isOk, String name, List<String> details) {
		number++;
		System.out.printf("%s %d - %s%n", isOk ? "ok" : "not ok", number, name);
		if (isOk)
			return;
		failed++;
		details.stream().limit(20).forEach(d -> System.out.println("# " + d.replace("\n", " ")));
	}

	// ---- calls ----

	static Object[] arguments(Method m) {
		String table = "person";
		switch (m.getName()) {
		case "getTables":
			return new Object[] { null, "public", "%", null };
		case "getColumns":
		case "getColumnPrivileges":
			return new Object[] { null, "public", m.getName().equals("getColumns") ? "%" : table, "%" };
		case "getPseudoColumns":
		case "getAttributes":
			return new Object[] { null, "public", "%", "%" };
		case "getTablePrivileges":
		case "getSuperTables":
		case "getSuperTypes":
			return new Object[] { null, "public", "%" };
		case "getBestRowIdentifier":
			return new Object[] { null, "public", table, DatabaseMetaData.bestRowSession, true };
		case "getVersionColumns":
		case "getPrimaryKeys":
		case "getExportedKeys":
			return new Object[] { null, "public", table };
		case "getImportedKeys":
			return new Object[] { null, "public", "knows" };
		case "getCrossReference":
			return new Object[] { null, "public", table, null, "public", "knows" };
		case "getIndexInfo":
			return new Object[] { null, "public", table, false, true };
		case "getUDTs":
			return new Object[] { null, "public", "%", null };
		case "getSchemas":
			return m.getParameterCount() == 0 ? new Object[] {} : new Object[] { null, "public" };
		case "getProcedures":
		case "getFunctions":
			return new Object[] { null, "pg_catalog", "lower" };
		case "getProcedureColumns":
		case "getFunctionColumns":
			return new Object[] { null, "pg_catalog", "lower", "%" };
		default:
			return defaults(m);
		}
	}

	static Object[] defaults(Method m) {
		Object[] made = new Object[m.getParameterCount()];
		for (int i = 0; i < made.length; i++) {
			Class<?> type = m.getParameterTypes()[i];
			made[i] = type == int.class ? (Object) ResultSet.TYPE_FORWARD_ONLY
					: type == Class.class ? (Object) DatabaseMetaData.class : null;
			if (m.getName().equals("supportsConvert"))
				made[i] = Types.INTEGER;
			if (m.getName().equals("supportsTransactionIsolationLevel"))
				made[i] = Connection.TRANSACTION_SERIALIZABLE;
		}
		return made;
	}

	// What a method answered: its columns (of a result), its rows (or its one value), its fault.
	record Answer(List<String> columns, List<String> rows, String fault) {
	}

	static Answer rows(ResultSet from) throws SQLException {
		List<String> columns = new ArrayList<>(), rows = new ArrayList<>();
		ResultSetMetaData about = from.getMetaData();
		for (int i = 1; i <= about.getColumnCount(); i++)
			columns.add(about.getColumnLabel(i) + " " + about.getColumnTypeName(i));
		while (from.next()) {
			List<String> row = new ArrayList<>();
			for (int i = 1; i <= about.getColumnCount(); i++) {
				String cell = from.getString(i);
				row.add(IGNORED.contains(about.getColumnLabel(i).toUpperCase()) ? "" : String.valueOf(cell));
			}
			rows.add(row.toString());
		}
		return new Answer(columns, rows, "");
	}

	static Answer call(DatabaseMetaData of, Method m) throws Exception {
		try {
			Object answer = m.invoke(of, arguments(m));
			if (answer instanceof ResultSet set)
				try (set) {
					return rows(set);
				}
			if (answer instanceof Connection || answer instanceof DatabaseMetaData)
				return new Answer(List.of(), List.of(), "");
			return new Answer(List.of(), List.of(String.valueOf(answer)), "");
		} catch (InvocationTargetException e) {
			return new Answer(List.of(), List.of(), e.getCause().toString());
		} catch (SQLException e) {
			return new Answer(List.of(), List.of(), e.toString());
		}
	}

	// ---- comparison ----

	static List<String> missing(List<String> from, List<String> in, String where) {
		List<String> left = new ArrayList<>(from);
		for (String row : in)
			left.remove(row);
		left.replaceAll(row -> where + row);
		return left;
	}

	static List<String> compare(String name, Answer here, Answer there) {
		List<String> faults = new ArrayList<>();
		if (!here.fault.equals(there.fault)) {
			faults.add("here:  " + here.fault);
			faults.add("there: " + there.fault);
		}
		if (!here.columns.equals(there.columns)) {
			faults.addAll(missing(here.columns, there.columns, "column here:  "));
			faults.addAll(missing(there.columns, here.columns, "column there: "));
		}
		if (OWN.contains(name))
			return faults;
		List<String> rows = new ArrayList<>(here.rows);
		if (name.equals("getTables") && !rows.remove(GRAPH))
			faults.add("the graph is not among the tables");
		faults.addAll(missing(rows, there.rows, "here:  "));
		if (!PARTS.contains(name))
			faults.addAll(missing(there.rows, here.rows, "there: "));
		return faults;
	}

	static Connection connect(String url, String schema) throws Exception {
		Connection c = DriverManager.getConnection(url);
		try (Statement s = c.createStatement()) {
			for (String statement : schema.split(";\n"))
				if (!statement.isBlank())
					s.execute(statement);
		}
		return c;
	}

	public static void main(String[] args) throws Exception {
		String schema = Files.readString(Path.of(args[0]));
		Connection here = connect(args[1], schema);
		Connection there = args.length > 2 ? connect(args[2], schema) : null;
		List<Method> methods = new ArrayList<>(List.of(DatabaseMetaData.class.getMethods()));
		methods.sort(Comparator.comparing(Method::toString));
		for (Method m : methods) {
			Answer ours = call(here.getMetaData(), m);
			if (there == null)
				line(ours.fault.isEmpty() || ours.fault.contains("NotSupported"), m.getName(),
						List.of(ours.fault));
			else {
				List<String> faults = compare(m.getName(), ours, call(there.getMetaData(), m));
				line(faults.isEmpty(), m.getName(), faults);
			}
		}
		System.out.println("1.." + number);
		System.exit(failed > 0 ? 1 : 0);
	}
}
