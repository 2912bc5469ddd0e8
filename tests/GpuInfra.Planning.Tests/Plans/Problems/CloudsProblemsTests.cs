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

    [Theory]
    [InlineData(
        "us-east-1: { vpcId: vpc-0123456789abcdeg0, subnetIds: { use1-az1: subnet-0123456789abcdef1 } }",
        "x.yaml:6:101 clouds.aws.networks.us-east-1.vpcId: \"vpc-0123456789abcdeg0\" is not a VPC's id, as vpc-0123456789abcdef0")]
    [InlineData(
        "us-east-1: { vpcId: vpc-0123456789abcdef0, subnetIds: { use1-az1: sn-1 } }",
        "x.yaml:6:147 clouds.aws.networks.us-east-1.subnetIds.use1-az1: \"sn-1\" is not a subnet's id, as subnet-0123456789abcdef0")]
    [InlineData(
        "us-east-1: { vpcId: vpc-0123456789abcdef0, subnetIds: { us-east-1a: subnet-0123456789abcdef1 } }",
        "x.yaml:6:137 clouds.aws.networks.us-east-1.subnetIds.us-east-1a: \"us-east-1a\" is not a zone's id, as use1-az1 (a name as us-east-1a means another place in every account)")]
    [InlineData(
        "us-east-1: { vpcId: vpc-0123456789abcdef0, subnetIds: { use1-az9: subnet-0123456789abcdef1 } }",
        "x.yaml:6:135 clouds.aws.networks.us-east-1.subnetIds: use1-az9 is no zone of us-east-1 with GPUs (did you mean \"use1-az1\"?); there are use1-az1, use1-az2, use1-az3, use1-az4, use1-az5, use1-az6")]
    [InlineData(
        "us-east-1: { vpcId: vpc-0123456789abcdef0, subnetIds: { use1-az1: subnet-0123456789abcdef1, use1-az2: subnet-0123456789abcdef1 } }",
        "x.yaml:6:135 clouds.aws.networks.us-east-1.subnetIds: subnet-0123456789abcdef1 is named for use1-az1 and use1-az2, and a subnet is in one zone")]
    [InlineData(
        "us-east-1: { vpcId: vpc-0123456789abcdef0, subnetIds: {} }",
        "x.yaml:6:135 clouds.aws.networks.us-east-1.subnetIds: names no subnet, so no machine could run")]
    [InlineData(
        "us-east-1: { vpcID: vpc-0123456789abcdef0, subnetIds: { use1-az1: subnet-0123456789abcdef1 } }",
        "x.yaml:6:92 clouds.aws.networks.us-east-1: vpcId is missing: The VPC, as vpc-0123456789abcdef0.\n"
        + "x.yaml:6:94 clouds.aws.networks.us-east-1.vpcID: unknown key (did you mean \"vpcId\"?)")]
    [InlineData(
        "us-west-2: { vpcId: vpc-0123456789abcdef0, subnetIds: { usw2-az1: subnet-0123456789abcdef1 } }",
        "x.yaml:6:92 clouds.aws.networks.us-west-2: us-west-2 is not among the cloud's regions (us-east-1): add it there, or leave its network out")]
    [InlineData(
        "us-esat-1: { vpcId: vpc-0123456789abcdef0, subnetIds: { use1-az1: subnet-0123456789abcdef1 } }",
        "x.yaml:6:81 clouds.aws.networks.us-esat-1: unknown region \"us-esat-1\" (did you mean \"us-east-1\"?)")]
    public void Networks_of_AWS_that_cannot_be_are_refused(string network, string problems) => Assert.Equal(
        problems, PlanYaml.Problems(PlanYaml.With("regions: [us-east-1]", $"regions: [us-east-1], networks: {{ {network} }}")));

    [Theory]
    [InlineData(
        "us-central1: { hostProject: acme-network, subnetwork: GPU }",
        "x.yaml:7:132 clouds.gcp.networks.us-central1.subnetwork: \"GPU\" is not a name: 1 to 63 lower-case letters, digits and hyphens, beginning with a letter, not ending with a hyphen")]
    [InlineData(
        "us-central1: { hostProject: net, subnetwork: gpu }",
        "x.yaml:7:106 clouds.gcp.networks.us-central1.hostProject: \"net\" is not a project id: 6 to 30 lower-case letters, digits and hyphens, beginning with a letter and not ending with a hyphen")]
    [InlineData(
        "europe-west4: { hostProject: acme-network, subnetwork: gpu }",
        "x.yaml:7:92 clouds.gcp.networks.europe-west4: europe-west4 is not among the cloud's regions (us-central1): add it there, or leave its network out")]
    public void Networks_of_Google_Cloud_that_cannot_be_are_refused(string network, string problems) => Assert.Equal(
        problems, PlanYaml.Problems(PlanYaml.With("regions: [us-central1]", $"regions: [us-central1], networks: {{ {network} }}")));

    [Fact]
    public void A_VPC_is_in_one_region() => Assert.Contains(
        "clouds.aws.networks.us-west-2.vpcId: vpc-0123456789abcdef0 is another region's too, and a VPC is in one",
        PlanYaml.Problems(PlanYaml.With(
            "regions: [us-east-1]",
            "regions: [us-east-1, us-west-2], networks: { us-east-1: { vpcId: vpc-0123456789abcdef0, subnetIds: { use1-az1: subnet-0123456789abcdef1 } },"
            + " us-west-2: { vpcId: vpc-0123456789abcdef0, subnetIds: { usw2-az1: subnet-0123456789abcdef2 } } }")),
        StringComparison.Ordinal);
}
