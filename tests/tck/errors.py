# SPDX-License-Identifier: PostgreSQL
"""Which SQLSTATEs answer which error of the TCK: by its detail, else by its type.

The first word of a row is the TCK's; what follows are the codes that say the same. A statically
typed server calls a wrong argument an operator or function that does not exist (42883), and a
variable that grouping has hidden ungrouped (42803). "Not supported" (0A000) is no answer to a wrong
query.
"""

BY_DETAIL = {
    "AmbiguousAggregationExpression": "42803",
    "ColumnNameConflict": "42701",
    "CreatingVarLength": "42601",
    "DeletedEntityAccess": "55000",
    "DeleteConnectedNode": "23503",
    "DifferentColumnsInUnion": "42601 42804",
    "FloatingPointOverflow": "22003",
    "IntegerOverflow": "22003",
    "InvalidAggregation": "42803",
    "InvalidArgumentPassingMode": "42601",
    "InvalidArgumentType": "42804 42883 22023 2201W 2201X 2202E 22P02 42601",
    "InvalidArgumentValue": "22023 42804 22P02 42883 22007 22004",
    "InvalidClauseComposition": "42601",
    "InvalidDelete": "42601 42804",
    "InvalidNumberLiteral": "42601 22P02 22003",
    "InvalidNumberOfArguments": "42883 42601",
    "InvalidParameterUse": "42601 42804 42P02 42P18",
    "InvalidPropertyType": "22023 42804",
    "InvalidRelationshipPattern": "42601",
    "InvalidUnicodeCharacter": "42601",
    "InvalidUnicodeLiteral": "42601 22021",
    "MapElementAccessByNonString": "2202E 42804 42883",
    "MergeReadOwnWrites": "22004",
    "MissingParameter": "42P02 42P18 08P01",
    "NegativeIntegerArgument": "2201W 2201X 22023 42601",
    "NestedAggregation": "42803",
    "NoExpressionAlias": "42601",
    "NoSingleRelationshipType": "42601",
    "NoVariablesInScope": "42601",
    "NonConstantExpression": "42601 42703 2201W 2201X 42803",
    "NumberOutOfRange": "22023 22003",
    "ProcedureNotFound": "42883",
    "RelationshipUniquenessViolation": "42712 42601",
    "RequiresDirectedRelationship": "42601",
    "UndefinedVariable": "42703 42803",
    "UnexpectedSyntax": "42601 42883",
    "UnknownFunction": "42883",
    "VariableAlreadyBound": "42712 42601",
    "VariableTypeConflict": "42804 42712",
}

BY_TYPE = {
    "TypeError": "42804 42883 22023 2202E 22P02",
}


def codes(error):
    """The SQLSTATEs that answer the TCK's error."""
    return (BY_DETAIL.get(error["detail"]) or BY_TYPE.get(error["type"], "")).split()
