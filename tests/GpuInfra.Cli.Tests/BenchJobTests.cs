using System.Diagnostics;

namespace GpuInfra.Cli.Tests;

public sealed class BenchJobTests : IDisposable
{
    private static readonly string[] Question = ["size", "--model", "llama-3.1-8b", "--gpu", "l40s", "--tp", "2", "--isl", "1000", "--osl", "200", "--bench-job"];

    private readonly string _root = Directory.CreateTempSubdirectory("gpuinfra-bench-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task The_script_measures_the_replica_as_it_was_sized()
    {
        var script = (await Cli.Piped(Question)).Out;
        Assert.Contains("--tensor-parallel-size 2", script, StringComparison.Ordinal);
        Assert.Contains("--max-model-len 1200", script, StringComparison.Ordinal);
        Assert.Matches(@"for concurrency in 1 4 16 64( \d+)*; do", script);
    }

    [SkippableFact]
    public async Task What_it_writes_is_read_by_the_batch()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "The script runs on Linux.");
        Write("bin/vllm", "[[ $1 == bench ]] || exec sleep 60\necho '{\"output_throughput\": 1234.5}' > result.json\n");
        Write("bin/curl", "[[ $* == *version* ]] && echo '{\"version\": \"0.19.0\"}' || true\n");
        Write("bin/jq", "[[ $* == *output_throughput* ]] && echo 1234.5 || echo 0.19.0\n");
        Write("job.sh", (await Cli.Piped([.. Question, "--concurrency", "8"])).Out);

        var start = new ProcessStartInfo("bash", ["job.sh"]) { WorkingDirectory = _root, RedirectStandardError = true };
        start.Environment["PATH"] = $"{Path.Combine(_root, "bin")}:{start.Environment["PATH"]}";
        start.Environment["MODEL_DIR"] = _root;
        using var process = Process.Start(start)!;
        var said = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, said);

        var ran = await Cli.In(_root, "size", "--batch", "measured.csv", "--out", "out.csv");
        Assert.Contains("1 row, 0 without a prediction", ran.Error, StringComparison.Ordinal);
        Assert.Contains("1234.5,2,serving-concurrency=8;vllm-0.19.0,", File.ReadAllLines(Path.Combine(_root, "out.csv"))[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("is for vllm", "--engine", "sglang")]
    [InlineData("there is nothing to measure", "--precision", "fp32", "--isl", "100000")]
    public async Task What_cannot_be_measured_is_told(string message, params string[] more)
    {
        var ran = await Cli.Piped([.. Question.Except(more.Contains("--isl") ? ["--isl", "1000", "--tp", "2"] : []), .. more]);
        Assert.Equal((1, ""), (ran.Code, ran.Out));
        Assert.Contains(message, ran.Error, StringComparison.Ordinal);
    }

    private void Write(string name, string text)
    {
        var file = Path.Combine(_root, name);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text.StartsWith("#!", StringComparison.Ordinal) ? text : "#!/usr/bin/env bash\n" + text);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
