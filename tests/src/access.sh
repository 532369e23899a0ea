#!/bin/sh
# Who gets in, with libpq against a whole server: encryption, channel binding, the methods of
# pg_hba.conf, clients' certificates, and the reload of all that. Prints TAP.
: "${QUIVER_SOURCE:=$(cd "$(dirname "$0")/../.." && pwd)}"
. "$QUIVER_SOURCE/tests/lib/server.sh"
. "$QUIVER_SOURCE/tests/lib/tap.sh"
server_require
command -v openssl >/dev/null 2>&1 || skip_all "openssl is not installed"

# connect PASSWORD CONNINFO: 0 if it gets in; what is said is kept.
connect() {
	PGPASSWORD=$1 "$psql" -X -qAt "host=127.0.0.1 sslcert=none sslkey=none sslrootcert=none $2" \
		-c 'SELECT 1' > "$server_home/said" 2>&1
}

lets_in() {
	connect "$2" "$3"
	ok $? "$1"
}

# refuses NAME PASSWORD CONNINFO WORDS
refuses() {
	connect "$2" "$3" || grep -qF -e "$4" "$server_home/said"
	result=$?
	grep -qx 1 "$server_home/said" && result=1
	ok $result "$1"
}

# answers NAME ANSWER QUERY, by the socket
answers() {
	"$psql" -X -qAt -c "$3" > "$server_home/said" 2>&1
	[ "$(cat "$server_home/said")" = "$2" ]
	ok $? "$1"
}

# Rules from stdin; the socket stays open for the tests' own questions.
rules() {
	{ echo "local all tester trust"; cat; } > "$server_home/data/pg_hba.conf"
	reload "configuration reloaded"
}

# Signals, and waits for a line of the log to come once more than before.
reload() {
	before=$(grep -cF -e "$1" "$server_home/log")
	kill -HUP "$server_pid"
	tries=0
	while [ "$(grep -cF -e "$1" "$server_home/log")" -le "$before" ] && [ $tries -lt 100 ]; do
		tries=$((tries + 1))
		sleep 0.05
	done
}

fingerprint() {
	openssl s_client -starttls postgres -connect "127.0.0.1:$PGPORT" < /dev/null 2>/dev/null |
		openssl x509 -noout -fingerprint 2>/dev/null
}

server_prepare
# A port that nobody listens on.
for attempt in 1 2 3 4 5 6 7 8 9; do
	PGPORT=$((20000 + $(od -An -N2 -tu2 /dev/urandom) % 12000))
	"$psql" -X -h 127.0.0.1 -c '' 2>&1 | grep -q refused && break
done
server_start -c listen_addresses=127.0.0.1
data=$server_home/data

# --- a new data directory ---

lets_in "sslmode=require works at once" '' "user=me sslmode=require"
lets_in "sslmode=disable too" '' "user=me sslmode=disable"
PGPASSWORD= "$psql" -X -qAt "host=127.0.0.1 user=me sslmode=verify-ca sslrootcert=$data/server.crt" \
	-c 'SELECT 1' > "$server_home/said" 2>&1
ok $? "sslmode=verify-ca works with a copy of the certificate"
refuses "row 10: an unknown database is refused" '' "user=me dbname=other" 'database "other" does not exist'
grep -q 'HINT:  This server has one database, "quiver".' "$server_home/said"
ok $? "and it is said which one there is"
answers "whose name is everywhere the same" 'quiver|quiver|quiver|quiver|quiver' "SELECT current_database(),
	current_catalog, datname, (SELECT DISTINCT datname FROM pg_stat_activity WHERE datname IS NOT NULL),
	current_setting('database_name') FROM pg_database"
[ "$(stat -c %a "$data/server.key")" = 600 ]
ok $? "the key is for its owner alone"

openssl s_client -alpn postgresql -connect "127.0.0.1:$PGPORT" < /dev/null > "$server_home/said" 2>&1
grep -qx "ALPN protocol: postgresql" "$server_home/said"
ok $? "TLS begins at once for a client that names the protocol"
closed=$(grep -c "direct TLS connection without ALPN" "$server_home/log")
openssl s_client -connect "127.0.0.1:$PGPORT" < /dev/null > "$server_home/said" 2>&1
[ "$(grep -c "direct TLS connection without ALPN" "$server_home/log")" -gt "$closed" ]
ok $? "and is closed, with a line in the log, for one that does not"

{ sleep 0.3; } | openssl s_client -starttls postgres -tls1_3 -connect "127.0.0.1:$PGPORT" > "$server_home/said" 2>&1
! grep -qi "session ticket arrived" "$server_home/said" && grep -q "TLSv1.3" "$server_home/said"
ok $? "row 45: TLS 1.3 gives no session tickets"
openssl s_client -starttls postgres -tls1_2 -connect "127.0.0.1:$PGPORT" < /dev/null > "$server_home/said" 2>&1
! grep -qi "TLS session ticket" "$server_home/said" && grep -q "TLSv1.2" "$server_home/said"
ok $? "row 45: nor does TLS 1.2"
{ sleep 0.2; echo R; sleep 0.3; } | openssl s_client -starttls postgres -tls1_2 -connect "127.0.0.1:$PGPORT" > "$server_home/said" 2>&1
grep -q RENEGOTIATING "$server_home/said" && grep -qi "no renegotiation\|alert\|closed\|errno" "$server_home/said"
ok $? "row 45: keys are not negotiated again"

# --- passwords ---

echo secret | "$quiverctl" password "$data" me
echo ancient | "$quiverctl" password "$data" old md5
rules <<- 'END'
	hostssl   all  me     all            scram-sha-256
	hostnossl all  me     127.0.0.1/32   reject
	host      all  old    127.0.0.1/32   md5
	hostssl   all  clear,"me too"  samehost  password
END
lets_in "a password is bound to the certificate" secret "user=me channel_binding=require"
lets_in "or not, if the client does not want it" secret "user=me sslmode=require channel_binding=disable"
refuses "a wrong password is refused" wrong "user=me" 'password authentication failed for user "me"'
refuses "a rule rejects what is not encrypted" secret "user=me sslmode=disable" \
	'pg_hba.conf rejects connection for host "127.0.0.1", user "me", database "quiver", no encryption'
refuses "who is not named is refused" secret "user=nobody sslmode=require" \
	'no pg_hba.conf entry for host "127.0.0.1", user "nobody", database "quiver", SSL encryption'
lets_in "md5 works without encryption" ancient "user=old sslmode=disable"
refuses "a wrong md5 password is refused" modern "user=old" 'password authentication failed for user "old"'
refuses "a user without a password is refused as with a wrong one" x "user=clear" \
	'password authentication failed for user "clear"'
echo clear | "$quiverctl" password "$data" clear
lets_in "a password in clear is checked against the same verifier" clear "user=clear"

# --- what is wrong ---

echo "host all all 127.0.0.1/99 trust" >> "$data/pg_hba.conf"
reload "pg_hba.conf\" line 6"
lets_in "rules that are wrong change nothing" secret "user=me channel_binding=require"
answers "pg_hba_file_rules tells what is wrong" '6|invalid CIDR mask in address "127.0.0.1/99"' \
	"SELECT line_number, error FROM pg_hba_file_rules WHERE error IS NOT NULL"
sed -i '$d' "$data/pg_hba.conf"
cp "$data/pg_ident.conf" "$server_home/ident"
echo "people carol" >> "$data/pg_ident.conf"
reload "pg_ident.conf\" line"
lets_in "and so with maps" secret "user=me channel_binding=require"
answers "pg_ident_file_mappings tells that" "missing entry at end of line" \
	"SELECT error FROM pg_ident_file_mappings"
cp "$server_home/ident" "$data/pg_ident.conf"

# --- groups, hosts, maps, included files ---

"$psql" -X -qAt -c 'CREATE ROLE staff; CREATE ROLE crew IN ROLE staff; CREATE USER anna NOINHERIT IN ROLE crew;
	CREATE USER other' > "$server_home/said" 2>&1
ok $? "roles are made"
{
	echo "people $(id -un) anna"
	printf '%s\n' 'dn "/^CN=([^,]*),O=Some Firm$" \1'
} >> "$data/pg_ident.conf"
echo "anna # the boss" > "$data/bosses"
rules <<- 'END'
	host all other localhost reject
	host all +staff localhost trust
	local all anna peer map=people
	local all other peer
	include_if_exists missing.conf
	host all @bosses all \
		reject
END
lets_in "a member of a member of a group is one, inherit or not" '' "user=anna"
refuses "who is no member is not let in" '' "user=zoe" 'no pg_hba.conf entry for host "127.0.0.1", user "zoe"'
refuses "a host has its name" '' "user=other" 'pg_hba.conf rejects connection for host "127.0.0.1", user "other"'
connect '' "user=anna host=$server_home"
ok $? "a map lets the system's user be another one here"
refuses "who is not in the map is refused" '' "user=other host=$server_home" \
	'Peer authentication failed for user "other"'
answers "pg_hba_file_rules shows the rules" "3|host|{all}|{+staff}|localhost||trust|
4|local|{all}|{anna}|||peer|{map=people}
7|host|{all}|{anna}|all||reject|" "SELECT line_number, type, database, user_name, address, netmask, auth_method,
	options FROM pg_hba_file_rules WHERE line_number IN (3, 4, 7)"
answers "pg_ident_file_mappings the maps" "people|$(id -un)|anna" \
	"SELECT map_name, sys_name, pg_username FROM pg_ident_file_mappings WHERE map_name = 'people'"
"$psql" -X -qAt -U anna -c 'TABLE pg_hba_file_rules' > "$server_home/said" 2>&1
grep -q "permission denied for view pg_hba_file_rules" "$server_home/said"
ok $? "neither is for everybody"
rules <<- 'END'
	hostssl   all  me     all            scram-sha-256
END

# --- another certificate ---

shown=$(fingerprint)
openssl req -new -x509 -newkey rsa:2048 -nodes -sha512 -days 2 -subj /CN=localhost \
	-keyout "$server_home/other.key" -out "$server_home/other.crt" 2>/dev/null
cp "$server_home/other.crt" "$data/server.crt"
cp "$server_home/other.key" "$data/server.key"
chmod 644 "$data/server.key"
reload "has group or world access"
[ "$(fingerprint)" = "$shown" ]
ok $? "a key that others may read changes nothing"
chmod 600 "$data/server.key"
reload "configuration reloaded"
[ -n "$(fingerprint)" ] && [ "$(fingerprint)" != "$shown" ]
ok $? "a reload takes the new certificate"
lets_in "and the password is bound to that, by its own hash" secret "user=me channel_binding=require"

# --- clients' certificates ---

openssl req -new -newkey rsa:2048 -nodes -subj /CN=carol -keyout "$server_home/carol.key" \
	-out "$server_home/carol.csr" 2>/dev/null
openssl x509 -req -in "$server_home/carol.csr" -CA "$server_home/other.crt" \
	-CAkey "$server_home/other.key" -set_serial 7 -days 2 -out "$server_home/carol.crt" 2>/dev/null
chmod 600 "$server_home/carol.key"
carol="sslmode=require sslcert=$server_home/carol.crt sslkey=$server_home/carol.key"
{ echo "local all tester trust"; echo "hostssl all all all cert"; } > "$data/pg_hba.conf"
reload "client certificates can only be checked"
lets_in "rules for certificates need an authority" secret "user=me channel_binding=require"
echo "ssl_ca_file = '$server_home/other.crt'" >> "$data/quiver.conf"
reload "configuration reloaded"
refuses "cert asks for a certificate" '' "user=carol sslmode=require" \
	"connection requires a valid client certificate"
lets_in "a certificate with the user's name lets in" '' "user=carol $carol"
PGPASSWORD= "$psql" -X -qAt "host=127.0.0.1 user=carol $carol" -c "SELECT client_dn, client_serial, issuer_dn
	FROM pg_stat_ssl WHERE pid = pg_backend_pid()" > "$server_home/said" 2>&1
[ "$(cat "$server_home/said")" = "/CN=carol|7|/CN=localhost" ]
ok $? "and pg_stat_ssl tells whose it is"
refuses "another's does not" '' "user=dave $carol" 'certificate authentication failed for user "dave"'
openssl req -new -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=dave \
	-keyout "$server_home/dave.key" -out "$server_home/dave.crt" 2>/dev/null
chmod 600 "$server_home/dave.key"
refuses "one that the authority has not signed does not" '' \
	"user=dave sslmode=require sslcert=$server_home/dave.crt sslkey=$server_home/dave.key" "alert"
echo "hostssl all me all scram-sha-256 clientcert=verify-ca" | rules
refuses "clientcert asks for one besides the password" secret "user=me sslmode=require" \
	"connection requires a valid client certificate"
lets_in "and any that is signed will do" secret "user=me $carol"
openssl req -new -newkey rsa:2048 -nodes -subj "/O=Some Firm/CN=anna" -keyout "$server_home/anna.key" \
	-out "$server_home/anna.csr" 2>/dev/null
openssl x509 -req -in "$server_home/anna.csr" -CA "$server_home/other.crt" \
	-CAkey "$server_home/other.key" -set_serial 8 -days 2 -out "$server_home/anna.crt" 2>/dev/null
chmod 600 "$server_home/anna.key"
anna="sslmode=require sslcert=$server_home/anna.crt sslkey=$server_home/anna.key"
echo "hostssl all all all cert clientname=DN map=dn" | rules
lets_in "clientname=DN maps the whole name" '' "user=anna $anna"
refuses "of which another firm's is another" '' "user=carol $carol" \
	'certificate authentication failed for user "carol"'

# --- without TLS ---

echo "ssl = off" >> "$data/quiver.conf"
echo "host all all all trust" | rules
lets_in "ssl = off serves in clear" '' "user=me sslmode=prefer"
refuses "and refuses encryption" '' "user=me sslmode=require" "server does not support SSL"
server_stop
ok $? "the server ends in good order"
tap_end
