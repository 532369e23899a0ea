# The application with ruby-pg, with its maps for basic types both ways.
require "bigdecimal"
require "date"
require "ipaddr"
require "json"
require "pg"

$number = $failed = 0

def text(name) = ENV.fetch("APP_#{name}")

def expect(got, wanted)
  raise "#{got.inspect} is not #{wanted.inspect}" unless got == wanted
end

def step(name)
  $number += 1
  yield
  puts "ok #{$number} - #{name}"
rescue StandardError => e
  $failed += 1
  puts "not ok #{$number} - #{name}", "# #{e.message.gsub("\n", "\n# ")}", "# #{e.backtrace.first}"
end

def connect(password = "secret")
  PG.connect(text("URL").sub("secret", password))
end

# The SQLSTATE that the block fails with.
def code
  yield
  nil
rescue PG::Error => e
  e.result ? e.result.error_field(PG::PG_DIAG_SQLSTATE) : e.message[/password authentication failed/] && "28P01"
end

def rows(name, *parameters) = $connection.exec_params(text(name), parameters).values

SAMPLE_TEXT = ["1", "t", "4294967296123", "-0.25", 'Zoë "q" \ 雪', '\x00ff275c', "12345678-1234-5678-1234-567812345678",
               "2024-02-29", "12:34:56.789012", "2024-02-29 12:34:56.789012", "2024-02-29 12:34:56.789012+00",
               "2 days 03:04:05", "{1,-2,3}", '{a,"b,\"c\"",""}', "12.5"].freeze

def sample_written
  expect(rows("SAMPLE_TEXT"), [[text("SAMPLE_EXPECTED")]])
  expect($connection.exec(text("SAMPLE_DROP")).cmd_tuples, 1)
end

# Texts as they are, and values decoded by the driver's map of types.
def sample_in_text
  $connection.exec_params(text("SAMPLE"), SAMPLE_TEXT)
  expect(rows("SAMPLE_READ", 1), [SAMPLE_TEXT])
  result = $connection.exec_params(text("SAMPLE_READ"), [1])
  got = result.map_types!(PG::BasicTypeMapForResults.new($connection)).values[0]
  expect(got.values_at(0, 1, 2, 3, 4, 7, 12, 13, 14),
         [1, true, 4294967296123, -0.25, SAMPLE_TEXT[4], Date.new(2024, 2, 29), [1, -2, 3], ["a", 'b,"c"', ""], BigDecimal("12.5")])
  expect(got[10], Time.utc(2024, 2, 29, 12, 34, 56, 789012r))
  sample_written
end

def sample_in_binary
  moment = [762_525_296_789_012].pack("q>")
  array = ->(oid, *items) { [1, 0, oid, items.size, 1].pack("N*") + items.map { |i| [i.bytesize].pack("N") + i }.join }
  sent = [[1].pack("q>"), "\1", [4294967296123].pack("q>"), [-0.25].pack("G"), SAMPLE_TEXT[4], "\0\xff'\\".b,
          ["12345678" * 4].pack("H*"), [8825].pack("N"), [45_296_789_012].pack("q>"), moment, moment,
          [11_045_000_000, 2, 0].pack("q>NN"), array.(20, *[1, -2, 3].map { |i| [i].pack("q>") }), array.(25, "a", 'b,"c"', ""),
          [2, 0, 0, 1, 12, 5000].pack("n*")]
  $connection.exec_params(text("SAMPLE"), sent.map { |value| { value: value, format: 1 } })
  got = $connection.exec_params(text("SAMPLE_READ"), [1], 1).values[0]
  expect(got.map(&:b), sent.map(&:b))
  sample_written
end

puts "# version #{PG::VERSION}", "# connection #{text("URL")}"
step("connects with TLS and SCRAM") do
  $connection = connect
  expect([rows("ONE"), $connection.ssl_in_use?], [[["1"]], true])
end
step("is refused with a wrong password") { expect(code { connect("wrong") }, "28P01") }
step("declares labels") { $connection.exec(text("LABELS")) }
step("loads 1000 nodes in bulk") do
  $connection.copy_data(text("COPY"), PG::TextEncoder::CopyRow.new) do
    (1..1000).each { |i| $connection.put_copy_data([i.to_s, "n#{i}"]) }
  end
  expect(rows("COUNT"), [["1000", "500500"]])
end
step("takes parameters of every type in text") { sample_in_text }
step("takes parameters of every type in binary") { sample_in_binary }
step("decodes a node, an edge and a path") do
  $connection.exec(text("EDGE"))
  node, edge, path = rows("ELEMENTS")[0].map { |cell| JSON.parse(cell) }
  expect([node["labels"], node["properties"]["name"]], [["Person"], "n1"])
  expect([edge["label"], edge["properties"]["since"], edge["start"]], ["KNOWS", 1843, node["id"]])
  expect([path["nodes"].size, path["edges"].size], [2, 1])
end
step("runs a prepared statement ten times") do
  $connection.prepare("by_id", text("NAME"))
  expect((1..10).map { |i| $connection.exec_prepared("by_id", [i]).getvalue(0, 0) }, (1..10).map { |i| "n#{i}" })
end
step("commits and rolls back") do
  code { $connection.transaction { rows("PERSON", 2001, "gone") && raise(PG::Error) } }
  $connection.transaction { rows("PERSON", 2002, "stays") }
  expect([rows("NAME", 2001), rows("NAME", 2002)], [[], [["stays"]]])
end
step("tries again after 40001") do
  other = connect
  failures = []
  3.times do |attempt|
    $connection.exec(text("REPEATABLE"))
    rows("VISITS")
    other.exec(text("VISIT")) if attempt.zero?
    failure = code { $connection.exec(text("VISIT")) }
    $connection.exec(failure ? "ROLLBACK" : "COMMIT")
    break unless failure
    failures << failure
  end
  other.close
  expect([failures, rows("VISITS")], [["40001"], [["2"]]])
end
step("goes back to a savepoint") do
  $connection.transaction do
    rows("PERSON", 2003, "stays")
    $connection.exec("SAVEPOINT here")
    expect(code { rows("DUPLICATE") }, "23505")
    $connection.exec("ROLLBACK TO SAVEPOINT here")
  end
  expect(rows("NAME", 2003), [["stays"]])
end
step("fetches 1000 rows piece by piece") do
  ids = []
  $connection.transaction do
    $connection.exec("DECLARE pieces CURSOR FOR #{text("IDS")}")
    until (piece = $connection.exec("FETCH FORWARD 100 FROM pieces").values).empty?
      ids.concat(piece.map { |row| row[0].to_i })
    end
  end
  expect(ids, (1..1000).to_a)
  $connection.send_query(text("IDS"))
  $connection.set_single_row_mode
  expect($connection.get_result.stream_each_row.count, 1000)
  $connection.get_result
end
step("cancels a long query") do
  $connection.send_query(text("LONG"))
  sleep 0.3
  $connection.cancel
  expect(code { $connection.get_last_result }, "57014")
  expect(rows("ONE"), [["1"]])
end
step("receives a warning") do
  warned = nil
  $connection.set_notice_receiver { |result| warned = result.error_field(PG::PG_DIAG_SQLSTATE) }
  $connection.exec(text("WARNING"))
  expect(warned, "25P01")
end
step("tells SQLSTATE, position and constraint") do
  fields = [PG::PG_DIAG_SQLSTATE, PG::PG_DIAG_STATEMENT_POSITION, PG::PG_DIAG_CONSTRAINT_NAME]
  got = %w[SYNTAX DUPLICATE].map do |name|
    $connection.exec(text(name))
  rescue PG::Error => e
    fields.map { |field| e.result.error_field(field) }
  end
  expect(got, [["42601", "20", nil], ["23505", nil, "Person_pkey"]])
end
step("connects again after the session ended") do
  $connection.exec(text("IDLE"))
  sleep 0.5
  failed = begin
    rows("ONE") && false
  rescue PG::Error
    true
  end
  expect(failed, true)
  $connection.reset
  expect(rows("ONE"), [["1"]])
end
puts "1..#{$number}"
exit($failed.zero?)
