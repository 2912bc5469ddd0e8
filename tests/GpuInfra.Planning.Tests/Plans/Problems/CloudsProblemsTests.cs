namespace GpuInfra.Planning.Tests.Plans.Problems;

/// <summary>What an author reads after a slip in clouds: the part of a good plan, what was written instead, the whole message.</summary>
public class CloudsProblemsTests
{
    [Theory]
    [InlineData(
        "\"111122223333\"",
        "011122223333",
        "x.yaml:6:19 clouds.aws.account: write the account id in quotes, as \"011122223333\": without them it is a number, and tools drop its leading zeros")]
    [InlineData(
        "\"111122223333\"",
        "\"1111-2222-3333\"",
        "x.yaml:6:19 clouds.aws.account: \"1111-2222-3333\" is not an account id: it has 12 digits, without hyphens")]
    [InlineData(
        "acme-prod",
        "Acme",
        "x.yaml:7:19 clouds.gcp.project: \"Acme\" is not a project id: 6 to 30 lower-case letters, digits and hyphens, beginning with a letter and not ending with a hyphen")]
    [InlineData(
        "share: 30%",
        "share: 20%",
        "x.yaml:6:3 clouds: shares add up to 90%, not 100% (70% + 20%)")]
    [InlineData(
        "share: 30%, ",
        "",
        "x.yaml:7:8 clouds.gcp: share is missing: with two clouds each says its own")]
    [InlineData(
        "share: 30%",
        "share: 0.3",
        "x.yaml:7:37 clouds.gcp.share: \"0.3\" has no unit: write 30% or 0.3%, whichever is meant")]
    [InlineData(
        "[us-central1]",
        "[us-centrall1]",
        "x.yaml:7:52 clouds.gcp.regions[0]: unknown region \"us-centrall1\" (did you mean \"us-central1\"?)")]
    [InlineData(
        "[us-central1]",
        "[us-central1, us-central1]",
        "x.yaml:7:65 clouds.gcp.regions[1]: \"us-central1\" stands here twice; the first is on line 7")]
    [InlineData(
        "[us-central1]",
        "[]",
        "x.yaml:7:51 clouds.gcp.regions: must have at least one item")]
    [InlineData(
        "[us-central1]",
        "us-central1",
        "x.yaml:7:51 clouds.gcp.regions: must be a list: write [a, b], or each item on a line of its own after \"- \"")]
    [InlineData(
        "  gcp:",
        "  azure:",
        "x.yaml:6:3 clouds: shares add up to 70%, not 100% (70%)\n"
        + "x.yaml:7:3 clouds.azure: unknown key; known are aws, gcp")]
    public void Clouds_that_cannot_be_are_refused(string? part, string replacement, string problems) =>
        Assert.Equal(problems, PlanYaml.Problems(part is null ? PlanYaml.Plus(replacement) : PlanYaml.With(part, replacement)));
}
