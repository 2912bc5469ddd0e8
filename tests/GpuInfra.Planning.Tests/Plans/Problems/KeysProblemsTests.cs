namespace GpuInfra.Planning.Tests.Plans.Problems;

/// <summary>What an author reads after a slip in keys: the part of a good plan, what was written instead, the whole message.</summary>
public class KeysProblemsTests
{
    [Theory]
    [InlineData(
        "environment: prod",
        "enviroment: prod",
        "x.yaml:1:1: environment is missing: What the stack is for: dev, staging or prod. Protection follows it, not the stack's name.\n"
        + "x.yaml:2:1 enviroment: unknown key (did you mean \"environment\"?)")]
    [InlineData(
        "version: 1\n",
        "version: 2\n",
        "x.yaml:1:10 version: \"2\" must be 1")]
    [InlineData(
        "version: 1\n",
        "",
        "x.yaml:1:1: version is missing: Version of this file's format: 1.")]
    [InlineData(
        "demand: { profile: azure-conv-2023, scale: 4 }",
        "demand: { profile: azure-conv-2023, scale: 4, peek: 3 }",
        "x.yaml:18:51 workloads.chat.demand.peek: unknown key; known are profile, scale, inputTokensPerDay, outputTokensPerDay, requestsPerDay, users, requestsPerUserPerDay, inputTokensPerRequest, outputTokensPerRequest, inputLengths, outputLengths, peakToMean, window, deadline")]
    [InlineData(
        "scale: 4",
        "scale: 4,000",
        "x.yaml:18:50 workloads.chat.demand.000: unknown key: a comma begins the next one, so write numbers without thousands separators")]
    [InlineData(
        "environment: prod",
        "environment: prod\nenvironment: dev",
        "x.yaml:3:1 environment: this key stands here twice; the first is on line 2")]
    [InlineData(
        "environment: prod",
        "environment:",
        "x.yaml:2:13 environment: must be one of dev, staging, prod")]
    [InlineData(
        "environment: prod",
        "environment: [prod]",
        "x.yaml:2:14 environment: must be one of dev, staging, prod")]
    [InlineData(
        "environment: prod",
        "environment: production",
        "x.yaml:2:14 environment: \"production\" is not one of dev, staging, prod")]
    [InlineData(
        null,
        "platform: nomad",
        "x.yaml:24:11 platform: \"nomad\" is not one of vm, kubernetes")]
    [InlineData(
        null,
        "horizonMonths: 61",
        "x.yaml:24:16 horizonMonths: \"61\" is outside the range from 1 to 60")]
    [InlineData(
        null,
        "horizonMonths: 1.5",
        "x.yaml:24:16 horizonMonths: \"1.5\" is not a whole number")]
    [InlineData(
        null,
        "asOf: 2027-12",
        "x.yaml:24:7 asOf: 2027-12 is outside the horizon, 2026-12 to 2027-11")]
    [InlineData(
        "start: 2026-12",
        "start: 2026-9",
        "x.yaml:3:8 start: \"2026-9\" is not a month: write year and month with two digits, as 2026-12")]
    [InlineData(
        "teams: { support: { owner: a@example.com, costCenter: cc-42 } }",
        "teams: none",
        "x.yaml:4:8 teams: must be a group of keys, each with its value")]
    public void Keys_that_are_unknown_missing_or_twice_are_refused(string? part, string replacement, string problems) =>
        Assert.Equal(problems, PlanYaml.Problems(part is null ? PlanYaml.Plus(replacement) : PlanYaml.With(part, replacement)));
}
