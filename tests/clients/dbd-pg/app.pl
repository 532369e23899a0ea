# The application with DBD::Pg. The driver prepares only what begins with a word of SQL's; into other
# statements it puts the values as literals, so that numbers must be bound as numbers.
use strict;
use warnings;
use utf8;
use DBI qw(:sql_types);
use DBD::Pg qw(:pg_types :async);
use JSON::PP;
use Time::HiRes qw(sleep);

binmode STDOUT, ':utf8';
my ($number, $failed, $connection) = (0, 0);
my $json = JSON::PP->new->canonical;

sub text { my $text = $ENV{"APP_$_[0]"}; utf8::decode($text); return $text }

# With the driver's own placeholders: it would take $1 too, but ? is what people write.
sub marked { my $text = text($_[0]); $text =~ s/\$\d+/?/g; return $text }

sub expect {
	my ($got, $wanted) = map { $json->encode($_) } @_;
	die "$got is not $wanted\n" if $got ne $wanted;
}

sub step {
	my ($name, $run) = @_;
	$number++;
	if (eval { $run->(); 1 }) {
		print "ok $number - $name\n";
	} elsif ($@ =~ /^SKIP (.*)/) {
		print "ok $number - $name # SKIP $1\n";
	} else {
		$failed++;
		print "not ok $number - $name\n# ", $@ =~ s/\n(?=.)/\n# /gr, "\n";
	}
}

sub connect_as {
	my $password = shift;
	return DBI->connect("dbi:Pg:host=127.0.0.1;port=$ENV{PGPORT};dbname=quiver;sslmode=require", 'app', $password,
		{ RaiseError => 1, PrintError => 0, PrintWarn => 0, AutoCommit => 1, pg_enable_utf8 => 1 });
}

sub execute {
	my ($statement, @parameters) = @_;
	for my $i (0 .. $#parameters) {
		my $is_number = !ref $parameters[$i] && $parameters[$i] =~ /^-?\d+$/;
		$statement->bind_param($i + 1, $parameters[$i], $is_number ? SQL_BIGINT : undef);
	}
	$statement->execute;
	return $statement;
}

sub rows { return execute($connection->prepare(marked(shift)), @_)->fetchall_arrayref }
sub change { return execute($connection->prepare(marked(shift)), @_)->rows }
sub state_of { my $run = shift; eval { $run->(); 1 } and return undef; return $DBI::state }

my @sample = (1, 1, 4294967296123, -0.25, 'Zoë "q" \\ 雪', "\x00\xff'\\", '12345678-1234-5678-1234-567812345678', '2024-02-29',
	'12:34:56.789012', '2024-02-29 12:34:56.789012', '2024-02-29 12:34:56.789012+00', '2 days 03:04:05', [1, -2, 3],
	['a', 'b,"c"', ''], '12.5');

sub samples {
	my $insert = $connection->prepare(marked('SAMPLE'));
	my %types = (0 => PG_INT8, 1 => PG_BOOL, 2 => PG_INT8, 3 => PG_FLOAT8, 5 => PG_BYTEA, 14 => PG_NUMERIC);
	$insert->bind_param($_ + 1, $sample[$_], $types{$_} && { pg_type => $types{$_} }) for 0 .. $#sample;
	$insert->execute;
	my $row = rows('SAMPLE_READ', 1)->[0];
	my @got = @$row;
	$got[$_] += 0 for 0, 1, 2, 3;
	$got[12] = [map { $_ + 0 } @{ $got[12] }];
	expect(\@got, \@sample);
	expect(rows('SAMPLE_TEXT')->[0][0], text('SAMPLE_EXPECTED'));
	change('SAMPLE_DROP');
}

print "# version $DBD::Pg::VERSION\n# connection dbi:Pg:host=127.0.0.1;port=$ENV{PGPORT};dbname=quiver;sslmode=require\n";
step('connects with TLS and SCRAM', sub {
	$connection = connect_as('secret');
	expect(rows('ONE')->[0][0] + 0, 1);
});
step('is refused with a wrong password', sub {
	eval { connect_as('wrong') };
	expect(DBI->errstr =~ /(password authentication failed for user "app")/ ? $1 : DBI->errstr,
		'password authentication failed for user "app"');
});
step('declares labels', sub { $connection->do(text('LABELS')) });
step('loads 1000 nodes in bulk', sub {
	$connection->do(text('COPY'));
	$connection->pg_putcopydata("$_\tn$_\n") for 1 .. 1000;
	$connection->pg_putcopyend;
	expect([map { $_ + 0 } @{ rows('COUNT')->[0] }], [1000, 500500]);
});
step('takes parameters of every type in text', \&samples);
step('takes parameters of every type in binary', sub { die "SKIP it knows only text, but for bytes\n" });
step('decodes a node, an edge and a path', sub {
	change('EDGE');
	my ($node, $edge, $path) = map { utf8::encode($_); decode_json($_) } @{ rows('ELEMENTS')->[0] };
	expect([$node->{labels}, $node->{properties}{name}], [['Person'], 'n1']);
	expect([$edge->{label}, $edge->{properties}{since}, $edge->{start}], ['KNOWS', 1843, $node->{id}]);
	expect([scalar @{ $path->{nodes} }, scalar @{ $path->{edges} }], [2, 1]);
});
step('runs a prepared statement ten times', sub {
	my $by_id = $connection->prepare(marked('NAME'));
	expect([map { execute($by_id, $_)->fetchrow_array } 1 .. 10], [map { "n$_" } 1 .. 10]);
});
step('commits and rolls back', sub {
	$connection->begin_work;
	change('PERSON', 2001, 'gone');
	$connection->rollback;
	$connection->begin_work;
	change('PERSON', 2002, 'stays');
	$connection->commit;
	expect([rows('NAME', 2001), rows('NAME', 2002)], [[], [['stays']]]);
});
step('tries again after 40001', sub {
	my $other = connect_as('secret');
	my @failures;
	for my $attempt (0 .. 2) {
		$connection->begin_work;
		$connection->do('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ');
		rows('VISITS');
		$other->do(text('VISIT')) if $attempt == 0;
		my $state = state_of(sub { change('VISIT') });
		if (!defined $state) {
			$connection->commit;
			last;
		}
		push @failures, $state;
		$connection->rollback;
	}
	$other->disconnect;
	expect([@failures, rows('VISITS')->[0][0] + 0], ['40001', 2]);
});
step('goes back to a savepoint', sub {
	$connection->begin_work;
	change('PERSON', 2003, 'stays');
	$connection->pg_savepoint('here');
	expect(state_of(sub { change('DUPLICATE') }), '23505');
	$connection->pg_rollback_to('here');
	$connection->commit;
	expect(rows('NAME', 2003), [['stays']]);
});
step('fetches 1000 rows piece by piece', sub {
	my @ids;
	$connection->begin_work;
	$connection->do('DECLARE pieces CURSOR FOR ' . text('IDS'));
	while (my @piece = @{ $connection->selectcol_arrayref('FETCH FORWARD 100 FROM pieces') }) {
		push @ids, map { $_ + 0 } @piece;
	}
	$connection->commit;
	expect(\@ids, [1 .. 1000]);
});
step('cancels a long query', sub {
	$connection->do(text('LONG'), { pg_async => PG_ASYNC });
	sleep 0.3;
	$connection->pg_cancel;
	expect($connection->state, '57014');
	expect(rows('ONE')->[0][0] + 0, 1);
});
step('receives a warning', sub {
	my $warning = '';
	local $SIG{__WARN__} = sub { $warning .= shift };
	$connection->{PrintWarn} = 1;
	$connection->do(text('WARNING'));
	$connection->{PrintWarn} = 0;
	expect($warning =~ /(there is no transaction in progress)/ ? $1 : $warning, 'there is no transaction in progress');
});
step('tells SQLSTATE, position and constraint', sub {
	my $fields = sub { my $f = $connection->pg_error_field($_[0]); return $f };
	expect(state_of(sub { $connection->do(text('SYNTAX')) }), '42601');
	expect($fields->('statement_position') + 0, 20);
	expect(state_of(sub { $connection->do(text('DUPLICATE')) }), '23505');
	expect($fields->('constraint_name'), 'Person_pkey');
});
step('connects again after the session ended', sub {
	$connection->do(text('IDLE'));
	sleep 0.5;
	expect(defined state_of(sub { rows('ONE') }) ? 1 : 0, 1);
	$connection = connect_as('secret');
	expect(rows('ONE')->[0][0] + 0, 1);
});
print "1..$number\n";
exit($failed ? 1 : 0);
