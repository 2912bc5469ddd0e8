using System.Text;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Planning.Tests.Plans;

/// <summary>What is refused before any YAML is read.</summary>
public sealed class PlanTextTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gpuinfra-plans-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_missing_file_is_named_with_the_one_that_may_be_meant()
    {
        Write("prod.plan.yaml", "version: 1");
        Assert.Equal($"{Path("prd.plan.yaml")}: no such file (did you mean \"prod.plan.yaml\"?)", Problem("prd.plan.yaml"));
        Assert.Equal($"{Path("zzz")}: no such file", Problem("zzz"));
    }

    [Fact]
    public void A_missing_folder_is_named() => Assert.Equal(
        $"{Path("nowhere/prod.plan.yaml")}: no such file, and no directory \"{Path("nowhere")}\"",
        Problem("nowhere/prod.plan.yaml").Replace("…", "", StringComparison.Ordinal));

    [Fact]
    public void A_directory_is_not_a_plan() => Assert.Equal($"{_folder.FullName}: is a directory; name the plan file in it", Problem(""));

    [Theory]
    [InlineData("", ":1:1: the plan is empty")]
    [InlineData(" \n\t\n", ":1:1: the plan is empty")]
    [InlineData("# only a comment\n", ":1:1: the plan is empty: it has comments at most")]
    [InlineData("---\n", ":1:1: the plan is empty")]
    [InlineData("version: 1\0", ":1:11: is binary, or holds control characters; a plan is UTF-8 text")]
    [InlineData("version: \u001b[31m1", ":1:10: is binary, or holds control characters; a plan is UTF-8 text")]
    public void What_holds_no_plan_is_refused(string text, string why)
    {
        Write("x.yaml", text);
        Assert.Equal($"{Path("x.yaml")}{why}", Problem("x.yaml"));
    }

    [Theory]
    [InlineData("just text", "a plan is a group of keys, as \"version: 1\"")]
    [InlineData("[1, 2]", "a plan is a group of keys, as \"version: 1\"")]
    public void What_is_no_group_of_keys_is_refused(string text, string why)
    {
        Write("x.yaml", text);
        Assert.Equal($"{Path("x.yaml")}:1:1: {why}", Problem("x.yaml"));
    }

    [Fact]
    public void Bytes_that_are_no_text_are_refused()
    {
        File.WriteAllBytes(Path("x.yaml"), [.. Encoding.UTF8.GetBytes("version: "), 0xC3, 0x28]);
        Assert.Equal($"{Path("x.yaml")}:1:10: is not UTF-8 text (byte 9)", Problem("x.yaml"));
    }

    [Fact]
    public void Text_of_two_bytes_a_letter_is_refused()
    {
        File.WriteAllText(Path("x.yaml"), PlanYaml.Small, Encoding.Unicode);
        Assert.Equal($"{Path("x.yaml")}:1:1: is not UTF-8 text (byte 0)", Problem("x.yaml"));
    }

    [Fact]
    public void A_byte_order_mark_and_other_line_ends_are_taken()
    {
        File.WriteAllText(Path("x.yaml"), PlanYaml.Small.ReplaceLineEndings("\r\n"), new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
        Assert.Equal(
            PlanYaml.Meaning(PlanYaml.Read(PlanYaml.Small)),
            PlanYaml.Meaning(PlanFile.Load(Path("x.yaml"), Catalog.Embedded)));
    }

    [Fact]
    public void A_file_of_50_MB_is_refused_without_being_read()
    {
        using (var file = File.Create(Path("x.yaml")))
        {
            file.SetLength(50_000_000);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal($"{Path("x.yaml")}: is 50.0 MB; a plan is at most 1 MB", Problem("x.yaml"));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10_000_000);
    }

    [Fact]
    public void A_device_without_end_is_refused()
    {
        if (OperatingSystem.IsLinux())
        {
            Assert.Equal(
                "/dev/zero: has no end within 1 MB; a plan is at most that",
                Assert.Throws<PlanException>(() => PlanFile.Load("/dev/zero", Catalog.Embedded)).Message);
        }
    }

    [Fact]
    public void Text_over_the_limit_is_refused_wherever_it_comes_from() => Assert.Equal(
        "x.yaml: is 1.1 MB; a plan is at most 1 MB",
        PlanYaml.Problems(new string('#', 1_100_000)));

    private string Path(string name) => System.IO.Path.Combine(_folder.FullName, name).TrimEnd('/');

    private void Write(string name, string text) => File.WriteAllText(Path(name), text);

    private string Problem(string name) => Assert.Throws<PlanException>(() => PlanFile.Load(Path(name), Catalog.Embedded)).Message;
}
