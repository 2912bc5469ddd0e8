using GpuInfra.Offline.Drift;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Offline.Tests.Drift;

public sealed class StateFileTests
{
    private const string Urn = "urn:pulumi:prod::gpuinfra::aws:s3/bucket:Bucket::weights";

    [Fact]
    public void A_state_is_read_with_what_it_says_of_each_resource()
    {
        var stack = Read(State(Resource(Urn, """, "id": "weights-1", "protect": true, "inputs": { "tags": { "team": "ml" } }, "outputs": { "arn": "arn:aws:s3:::weights-1" }""")));
        var resource = Assert.Single(stack.Resources);
        Assert.Equal(("prod", "gpuinfra", "weights", "weights-1"), (stack.Stack, stack.Project, resource.Resource.Name, resource.Id));
        Assert.True(resource.Resource.Options.Protect);
    }

    [Fact]
    public void A_providers_id_is_no_part_of_its_urn()
    {
        const string provider = "urn:pulumi:prod::gpuinfra::pulumi:providers:aws::aws-us-east-1";
        Assert.Equal(provider, Read(State(Resource(Urn, $$""", "provider": "{{provider}}::8f0c" """))).Resources[0].Resource.Provider);
        Assert.Null(Read(State(Resource(Urn, """, "provider": "urn:pulumi:prod::gpuinfra::pulumi:providers:aws::default_7_0_0::8f0c" """))).Resources[0].Resource.Provider);
    }

    [Theory]
    [InlineData("{\"version\": 3, \"deployment\": {\"resources\": [", "is cut off")]
    [InlineData("{}", "version")]
    [InlineData("[1]", "what `pulumi stack export --file FILE` wrote")]
    [InlineData("{\"version\": 4, \"deployment\": {}}", "not 4")]
    [InlineData("{\"version\": 3, \"deployment\": {}}", "never deployed")]
    [InlineData("{\"version\": 3, \"deployment\": {\"resources\": [{\"urn\": \"weights\", \"type\": \"t\", \"custom\": true}]}}", "urn:pulumi:stack::project::type::name")]
    [InlineData("{\"version\": 3, \"deployment\": {\"resources\": [{\"urn\": 7}]}}", "deployment.resources[0].urn")]
    [InlineData("{\"resources\": [], \"outputs\": {}}", "version")]
    public void What_is_no_state_is_told_with_what_is_wrong(string text, string expected)
    {
        Assert.Contains(expected, Assert.Throws<PlanException>(() => Read(text)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_state_of_two_stacks_is_refused()
    {
        var text = State(Resource(Urn, ""), Resource(Urn.Replace("prod", "dev", StringComparison.Ordinal), ""));
        Assert.Contains("gpuinfra/prod, gpuinfra/dev", Assert.Throws<PlanException>(() => Read(text)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_urn_that_is_there_twice_is_refused()
    {
        Assert.Contains("is there twice", Assert.Throws<PlanException>(() => Read(State(Resource(Urn, ""), Resource(Urn, "")))).Message, StringComparison.Ordinal);
    }

    internal static DeployedStack Read(string text)
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("gpuinfra-").FullName, "state.json");
        try
        {
            File.WriteAllText(file, text);
            return StateFile.Read(file, "state.json");
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
        }
    }

    private static string State(params string[] resources) => $$$"""{"version": 3, "deployment": {"resources": [{{{string.Join(", ", resources)}}}]}}""";

    private static string Resource(string urn, string more) => $$"""{"urn": "{{urn}}", "type": "{{urn.Split("::")[2]}}", "custom": true{{more}}}""";
}
