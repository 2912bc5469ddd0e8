using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using GpuInfra.Offline.Models;

namespace GpuInfra.Offline.Tests.Models;

/// <summary>The script that copies weights and images, run by a real bash against pretended stores: folders behind stand-ins for the clouds' commands.</summary>
public sealed class ModelSyncTests : IDisposable
{
    private const string Image = "111122223333.dkr.ecr.us-east-1.amazonaws.com/vllm@sha256:00ff";
    private readonly string _root = Directory.CreateTempSubdirectory("gpuinfra-sync-").FullName;

    public ModelSyncTests()
    {
        Directory.CreateDirectory(In("bin"));
        Directory.CreateDirectory(In("images"));
        Command("pulumi", """echo '{"aws-us-east-1":{"chat/bf16":"s3://bucket/models/chat/bf16/r1"},"gcp-us-central1":{"chat/bf16":"gs://bucket/models/chat/bf16/r1"}}'""");
        Command("aws", """
            case "$1 $2" in
              's3 sync') shift 2; for word; do [[ $word == --* ]] || words+=("$word"); done; from=${words[-2]} to=${words[-1]}
                mkdir -p "$root/${to/:\/\//-}"; (cd "$from" && find . -type f ! -name SHA256SUMS | while read -r file; do echo "aws $file" >> "$root/calls"; cp "$file" "$root/${to/:\/\//-}/"; done) ;;
              's3 cp') for word; do [[ $word == --* ]] || words+=("$word"); done
                if [[ ${words[-1]} == - ]]; then cat "$root/${words[-2]/:\/\//-}"; else echo "aws ${words[-1]##*/}" >> "$root/calls"; cp "${words[-2]}" "$root/${words[-1]/:\/\//-}"; fi ;;
              'ecr describe-images') digest=${!#}; [[ -e "$root/images/${digest#imageDigest=}" ]] ;;
              'ecr get-login-password') echo secret ;;
            esac
            """);
        Command("gcloud", """
            case "$1 $2" in
              'storage cat') cat "$root/${3/:\/\//-}" ;;
              'storage rsync') for word; do words+=("$word"); done; to=${words[-1]}; mkdir -p "$root/${to/:\/\//-}"; cp "${words[-2]}"/*.safetensors "$root/${to/:\/\//-}/" ;;
              'storage cp') cp "$3" "$root/${4/:\/\//-}" ;;
            esac
            """);
        Command("skopeo", """case $1 in login) cat > /dev/null ;; copy) echo "$*" >> "$root/calls"; touch "$root/images/${4##*@}" ;; esac""");
        Command("hf", """echo "hf $*" >> "$root/calls"; for word; do [[ $last != --local-dir ]] || dir=$word; last=$word; done; mkdir -p "$dir"; echo weights > "$dir/model.safetensors" """);
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [SkippableFact]
    public void It_looks_and_copies_nothing_unless_it_is_told_to()
    {
        RequireTools();
        var (code, there, said) = Run(Sync("hf://acme/chat"));

        Assert.Equal((1, ""), (code, there));
        Assert.Contains("aws-us-east-1: models/chat/bf16/r1 is not there", said);
        Assert.Contains($"aws-us-east-1: {Image} is not there", said);
        Assert.Contains("3 absent.", said);
        Assert.False(File.Exists(In("calls")));
    }

    [SkippableFact]
    public void What_is_absent_is_copied_to_both_clouds_with_its_checksums_last_and_then_is_in_the_manifest()
    {
        RequireTools();
        var sync = Sync("hf://acme/chat");
        var (code, there, said) = Run(sync, "--run");

        Assert.True(code == 0, said);
        Assert.Empty(sync.Absent(there, "there.txt"));
        var calls = File.ReadAllLines(In("calls"));
        Assert.StartsWith("hf download acme/chat --revision r1 --local-dir", calls[0]);
        Assert.Equal(["aws ./model.safetensors", "aws SHA256SUMS"], calls.Where(call => call.StartsWith("aws ", StringComparison.Ordinal)));
        Assert.Contains(calls, call => call.EndsWith("docker://docker.io/vllm/vllm-openai@sha256:00ff docker://111122223333.dkr.ecr.us-east-1.amazonaws.com/vllm:sha256-00ff", StringComparison.Ordinal));
        foreach (var store in new[] { "s3-bucket", "gs-bucket" })
        {
            var sums = File.ReadAllText(In($"{store}/models/chat/bf16/r1/SHA256SUMS"));
            Assert.Equal($"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("weights\n")))}  ./model.safetensors\n", sums);
        }

        // Again: all is there, and nothing is done.
        File.Delete(In("calls"));
        (code, there, _) = Run(sync);
        Assert.Equal((0, 3, false), (code, there.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length, File.Exists(In("calls"))));
    }

    [SkippableFact]
    public void Weights_other_than_the_plan_pins_are_refused_and_not_uploaded()
    {
        RequireTools();
        var (code, there, said) = Run(Sync("hf://acme/chat", new string('0', 64)), "--run");

        Assert.Equal((1, $"aws-us-east-1 {Image}\n"), (code, there));
        Assert.Contains("SHA256SUMS is not the one that the plan pins", said);
        Assert.False(Directory.Exists(In("s3-bucket")));
    }

    [SkippableFact]
    public void Other_contents_under_the_same_revision_are_not_written_over()
    {
        RequireTools();
        Assert.Equal(0, Run(Sync("hf://acme/chat"), "--run").Code);
        File.WriteAllText(In("s3-bucket/models/chat/bf16/r1/SHA256SUMS"), "other\n");
        var (code, _, said) = Run(Sync("hf://acme/chat"), "--run");

        Assert.Equal(1, code);
        Assert.Contains("aws-us-east-1: models/chat/bf16/r1 is there with other contents: a revision never changes", said);
        Assert.Equal("other\n", File.ReadAllText(In("s3-bucket/models/chat/bf16/r1/SHA256SUMS")));
    }

    [SkippableFact]
    public void Files_that_can_hold_code_are_refused()
    {
        RequireTools();
        Directory.CreateDirectory(In("weights/chat/bf16/r1"));
        File.WriteAllText(In("weights/chat/bf16/r1/pytorch_model.bin"), "pickle");
        var (code, _, said) = Run(Sync(null), "--run");

        Assert.Equal(1, code);
        Assert.Contains("the files above can hold code", said);
    }

    [SkippableFact]
    public void Weights_that_are_published_nowhere_must_be_on_the_machine()
    {
        RequireTools();
        Assert.Contains("chat/bf16/r1 is not there: put the weights into it", Run(Sync(null), "--run").Said);
    }

    [Fact]
    public async Task Production_needs_every_artefact_of_a_region_and_its_image()
    {
        var sync = ModelSync.Of(await Prod.Record);

        Assert.Equal(
            sync.Weights.Select(copy => $"{copy.Region} {copy.Key}"),
            (await Prod.Record).Fleet.Provisioned.Select(pool => $"{(pool.Cloud == Planning.Catalogs.CloudProvider.Aws ? "aws" : "gcp")}-{pool.Region} {pool.Engine.Model}/{pool.Engine.Precision.ToString().ToLowerInvariant()}")
                .Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(["aws-us-east-1", "gcp-us-central1"], sync.Images.Select(copy => copy.Region));
        Assert.Equal(sync.ToScript(), ModelSync.Of(await Prod.RunAsync("prod")).ToScript());
        Assert.Equal(sync.Weights.Length + 2, sync.Absent("", "there.txt").Count());
    }

    private static void RequireTools() => Skip.IfNot(
        OperatingSystem.IsLinux() && (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, "jq"))), "The script runs on Linux, with jq.");

    private static ModelSync Sync(string? uri, string? sha256 = null) => new(
        "prod",
        "0123456789abcdef",
        [new WeightsCopy("aws-us-east-1", "chat/bf16", "r1", uri, sha256), new WeightsCopy("gcp-us-central1", "chat/bf16", "r1", uri, sha256)],
        [new ImageCopy("aws-us-east-1", Image)]);

    private (int Code, string There, string Said) Run(ModelSync sync, params string[] arguments)
    {
        File.WriteAllText(In("sync.sh"), sync.ToScript());
        var start = new ProcessStartInfo("bash", [In("sync.sh"), .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PATH"] = $"{In("bin")}:{Environment.GetEnvironmentVariable("PATH")}";
        start.Environment["WEIGHTS"] = In("weights");
        using var process = Process.Start(start)!;
        var said = process.StandardError.ReadToEndAsync();
        var there = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, there, said.Result);
    }

    private string In(string name) => Path.Combine(_root, name);

    private void Command(string name, string script)
    {
        File.WriteAllText(In($"bin/{name}"), $"#!/usr/bin/env bash\nroot={_root}\nlast=''\nwords=()\n{script}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(In($"bin/{name}"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
