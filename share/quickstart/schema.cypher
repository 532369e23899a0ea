-- The graph of Debian packages: what tools/package_graph.awk writes as CSV.
CREATE NODE LABEL IF NOT EXISTS Package (
	name STRING PRIMARY KEY,
	version STRING,
	architecture STRING,
	priority STRING,
	installed_size INT64,
	is_virtual BOOL
);
CREATE NODE LABEL IF NOT EXISTS Source (name STRING PRIMARY KEY);
CREATE NODE LABEL IF NOT EXISTS Section (name STRING PRIMARY KEY);
CREATE EDGE LABEL IF NOT EXISTS DEPENDS (FROM Package(name) TO Package(name),
	op STRING, version STRING, "group" INT64, alternative INT64);
CREATE EDGE LABEL IF NOT EXISTS PRE_DEPENDS (FROM Package(name) TO Package(name),
	op STRING, version STRING, "group" INT64, alternative INT64);
CREATE EDGE LABEL IF NOT EXISTS RECOMMENDS (FROM Package(name) TO Package(name),
	op STRING, version STRING, "group" INT64, alternative INT64);
CREATE EDGE LABEL IF NOT EXISTS SUGGESTS (FROM Package(name) TO Package(name),
	op STRING, version STRING, "group" INT64, alternative INT64);
CREATE EDGE LABEL IF NOT EXISTS PROVIDES (FROM Package(name) TO Package(name),
	op STRING, version STRING, "group" INT64, alternative INT64);
CREATE EDGE LABEL IF NOT EXISTS CONFLICTS (FROM Package(name) TO Package(name),
	op STRING, version STRING, "group" INT64, alternative INT64);
CREATE EDGE LABEL IF NOT EXISTS BREAKS (FROM Package(name) TO Package(name),
	op STRING, version STRING, "group" INT64, alternative INT64);
CREATE EDGE LABEL IF NOT EXISTS REPLACES (FROM Package(name) TO Package(name),
	op STRING, version STRING, "group" INT64, alternative INT64);
CREATE EDGE LABEL IF NOT EXISTS BUILT_FROM (FROM Package(name) TO Source(name), version STRING);
CREATE EDGE LABEL IF NOT EXISTS IN_SECTION (FROM Package(name) TO Section(name));
