-- Dates and times: constructors, truncation, distance, parts.
RETURN date({year: 1816, week: 52}), date({year: 1984, ordinalDay: 202}), date({year: 1984, quarter: 3, dayOfQuarter: 45});
RETURN date({date: date('1984-11-11'), week: 1}), date({date: date('1984-11-11'), quarter: 3}), date({date: date('1984-11-11'), year: 28});
RETURN date('2015-W30-2'), date('2015202'), date('201507'), date('2015');
RETURN localtime({hour: 12, minute: 31, second: 14, microsecond: 645876}), time('2140-02'), localtime('21'), time({hour: 12, timezone: '+01:00'});
RETURN time({time: time('12:31:14+01:00'), second: 42, timezone: '+05:00'});
RETURN localdatetime('2015-W30T2140'), datetime('2015T214032-0100'), datetime({year: 1984, month: 10, day: 11, timezone: '+01:00'});
RETURN date.truncate('weekYear', date('1984-02-01'), {day: 5}), localdatetime.truncate('century', date('1984-10-11')), time.truncate('hour', time('12:31:14-01:00'), {timezone: '+01:00'});
RETURN duration.between(date('1984-10-11'), localdatetime('2016-07-21T21:45:22.142')), duration.inMonths(date('2018-03-11'), date('2016-06-24')), duration.inDays(localdatetime('2015-07-21T21:40:32.142'), date('2015-06-24')), duration.inSeconds(localtime('12:44:54.7'), localtime('12:34:55.3'));
RETURN date('1984-01-01').weekYear AS wy, date('1984-10-11').dayOfQuarter AS doq, date('1984-10-11').week AS w;
RETURN datetime.fromepoch(416779, 999999), datetime.fromepochmillis(237821673987);
RETURN time('12:00+01:00') + duration('PT2H'), date.transaction(NULL), duration.between(NULL, date());
-- what cannot be
RETURN date({month: 3});
RETURN date({year: 2015, month: 2, day: 29});
RETURN date({year: 1817, week: 53});
RETURN localdatetime({hour: 3});
RETURN date({year: 2015, fortnight: 3});
RETURN datetime.truncate('day', localtime('12:00'));

-- as text; of a duration added to a date only whole days count
RETURN toString(duration({minutes: 12, seconds: -60, milliseconds: -1})), toString(duration({years: 12, months: 5, days: -14, hours: 16})), toString(duration('PT0S')), toString(localdatetime('2015-07-21T21:40')), toString(datetime('2015-07-21T21:40Z'));
RETURN date('1984-10-11') - duration({months: 1, days: -14, hours: 16, minutes: -12, seconds: 70});

-- conversions refuse what has no text or number; the OrNull forms do not
RETURN [x IN [1, []] | toInteger(x)];
RETURN [x IN [true, 1.0] | toBoolean(x)];
RETURN toFloat(true);
RETURN [x IN [1, '', {}] | toString(x)];
RETURN [x IN [1, '2', 'x', {}] | toIntegerOrNull(x)], toFloatOrNull(true);
-- zones by name
RETURN datetime('2024-07-01T10:00[Europe/Berlin]') AS named, datetime('2024-07-01T10:00+05:00[Europe/Berlin]') AS both, TIMESTAMPTZ '2024-07-01 10:00 CET' AS short;
RETURN datetime('2024-07-01T10:00[Mars/Base]');
-- parts: of zones, and what durations have beyond a larger unit
SET TimeZone = 'Europe/Berlin';
WITH datetime('2024-07-01T10:00:00.123456Z') AS d RETURN d.timezone, d.offset, d.offsetMinutes, d.offsetSeconds, d.nanosecond, d.epochMillis;
RESET TimeZone;
WITH time('10:20:30-01:30') AS t RETURN t.timezone, t.offset, t.offsetMinutes, t.offsetSeconds, time('10:00Z').offset AS z;
WITH duration('P1Y8M9DT4H5M6.789123S') AS d RETURN d.quartersOfYear, d.monthsOfQuarter, d.monthsOfYear, d.daysOfWeek, d.minutesOfHour, d.secondsOfMinute;
WITH duration('P1Y8M9DT4H5M6.789123S') AS d RETURN d.nanoseconds, d.millisecondsOfSecond, d.microsecondsOfSecond, d.nanosecondsOfSecond;
RETURN duration('PT9000000000S').nanoseconds;
RETURN duration('PT90000000000S').nanoseconds;
RETURN (DATE '2024-01-01').timezone;
RETURN (TIMESTAMP '2024-01-01 00:00').offset;
RETURN (DURATION 'P1D').epochMillis;
UNWIND [datetime('2024-06-01T10:20:30Z'), time('10:00+02:00')] AS x RETURN x.offset;
RETURN toStringOrNull([1]), toStringOrNull({a: 1}), toStringOrNull(1.5);
RETURN round(1.249, 1, 'UP'), round(-1.21, 1, 'down'), round(-1.5, 0, 'CEILING'), round(-1.5, 0, 'FLOOR'), round(-1.5, 0, 'HALF_UP'), round(2.5, 0, 'HALF_DOWN'), round(2.5, 0, 'HALF_EVEN'), round(1.5, 0, null);
RETURN round(1.5, 0, 'SIDEWAYS');
