namespace GpuInfra.Planning.Tests.Plans.Problems;

/// <summary>What an author reads after a slip in YAML itself: the part of a good plan, what was written instead, the whole message.</summary>
public class YamlProblemsTests
{
    [Theory]
    [InlineData(
        "start: 2026-12",
        "start: &s 2026-12\nasOf: *s",
        "x.yaml:3:8 start: anchors are not taken: remove &s\n"
        + "x.yaml:4:7 asOf: aliases are not taken: write the value in place of *s")]
    [InlineData(
        "start: 2026-12",
        "start: !!str 2026-12",
        "x.yaml:3:8 start: tags are not taken: remove tag:yaml.org,2002:str")]
    [InlineData(
        "start: 2026-12",
        "start: 2026-12\n? [a, b]\n: 1",
        "x.yaml:4:3: a key must be a single word")]
    [InlineData(
        null,
        "---\nversion: 1",
        "x.yaml:24:1: a second document begins here: a plan is a single one, so remove the \"---\"")]
    [InlineData(
        "regions: [us-east-1] }",
        "regions: [us-east-1 }",
        "x.yaml:6:67: not valid YAML: while parsing a flow sequence, did not find expected ',' or ']'")]
    [InlineData(
        "start: 2026-12",
        "start: 2026-12: 1",
        "x.yaml:3:15: not valid YAML: while scanning a plain scalar value, found invalid mapping")]
    [InlineData(
        "environment: prod",
        "\tenvironment: prod",
        "x.yaml:1:10: not valid YAML: while scanning a plain scalar, found a tab character that violate indentation")]
    [InlineData(
        null,
        "\"a\\u001b[2Jb\": 1",
        "x.yaml:24:1: line breaks and control characters are not taken in a value\n"
        + "x.yaml:24:1 a[2Jb: unknown key; known are version, extends, environment, platform, start, asOf, lock, horizonMonths, teams, clouds, growth, headroom, utilization, shareTolerance, offersPerCloud, stability, obsolete, confidence, survive, losses, servings, workloads, purchasing, commitments, ledger, availability, shutdown, budget, allocation, tags, residency, prices, leadTimes, freeze, retire, draining, incident, scope, dr, router, monitoring, storage, waivers")]
    public void YAML_beyond_plain_values_is_refused(string? part, string replacement, string problems) =>
        Assert.Equal(problems, PlanYaml.Problems(part is null ? PlanYaml.Plus(replacement) : PlanYaml.With(part, replacement)));
}
