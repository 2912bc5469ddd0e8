using GpuInfra.Offline.Diff;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Offline.Tests.Diff;

public sealed class RecordFileTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("gpuinfra-").FullName;

    public static TheoryData<string, string> Bad => new()
    {
        { "", "is not JSON (line 1)" },
        { "{\n\"a\": }", "is not JSON (line 2)" },
        { new string('[', 10_000), "is not JSON" },
        { "[]", "the document: expected an object" },
        { "{}", "resources: expected a value" },
        { """{"format": 2, "resources": []}""", "a newer gpuinfra wrote it" },
        { """{"format": "x"}""", "format: expected a whole number" },
        { """{"resources": {}}""", "resources: expected a list" },
        { """{"resources": [1]}""", "resources[0]: expected an object" },
        { """{"resources": [{"urn": 1}]}""", "resources[0].urn: expected text" },
        { """{"resources": [], "stack": "prod", "fleet": {"planHash": "x"}}""", "fleet.asOf: expected a value" },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public void A_file_that_is_no_record_is_refused_with_the_place(string text, string message)
    {
        var file = Path.Combine(_directory, "record.json");
        File.WriteAllText(file, text);
        var refusal = Assert.Throws<PlanException>(() => RecordFile.Read(file, "record.json"));
        Assert.StartsWith("record.json: ", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(message, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_there_is_refused() => Assert.Contains(
        "does not exist",
        Assert.Throws<PlanException>(() => RecordFile.Read(Path.Combine(_directory, "none.json"), "none.json")).Message,
        StringComparison.Ordinal);

    [Fact]
    public void A_directory_is_refused() => Assert.Contains(
        "is a directory", Assert.Throws<PlanException>(() => RecordFile.Read(_directory, "x")).Message, StringComparison.Ordinal);

    [Fact]
    public void A_file_that_is_too_large_is_refused_unread()
    {
        var file = Path.Combine(_directory, "large.json");
        using (var stream = File.Create(file))
        {
            stream.SetLength(RecordFile.MostBytes + 1);
        }

        Assert.Contains(
            "over 250 MB", Assert.Throws<PlanException>(() => RecordFile.Read(file, "large.json")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_record_from_a_file_is_the_record_from_memory()
    {
        var preview = await Prod.Record;
        var file = Path.Combine(_directory, "record.json");
        File.WriteAllText(file, PreviewJson.ToJson(preview));
        Assert.True(R.Diff(RecordFile.Read(file, "record.json"), StackRecord.Of(preview)).IsEmpty);
    }

    [Fact]
    public async Task A_record_of_a_version_without_resolved_values_is_compared_too()
    {
        var record = StackRecord.Of(await Prod.Record);
        Assert.NotEmpty(record.Resolved);
        Assert.True(R.Diff(record with { Resolved = record.Resolved.Clear() }, record).IsEmpty);
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);
}
