using System.Diagnostics;

namespace GpuInfra.Infra.Tests;

/// <summary>What machines do that share file systems, run by a real bash with a pretended mount.</summary>
public sealed class FilesRunTests : IDisposable
{
    private const string Machine = """
        set -euo pipefail
        cd "$1"
        log() { echo "gpuinfra: $*"; }
        retry() { shift; "$@"; }
        mount() { echo "mount $*" >> calls; }
        mountpoint() { return 1; }
        mkdir() { [[ $2 == /mnt/* ]] || command mkdir "$@"; }
        FSTAB=$1/fstab MODEL_DIR=$1/weights/models/m/bf16/r1
        . "$2"

        """;

    private static readonly string Script = Path.Combine(Repository.Root, "infra", "Assets", "files.sh");

    private readonly string _folder = Directory.CreateTempSubdirectory("gpuinfra-files-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [SkippableFact]
    public void Each_is_mounted_by_its_own_client_now_and_at_every_boot()
    {
        var (code, said) = Run("FILES='weights efs fs-1;training nfs 10.0.0.2:/files;more lustre fs-2.fsx@tcp:/abc'; mount_files; mount_files");
        Assert.True(code == 0, said);
        Assert.Equal(
            [
                "fs-1:/ /mnt/gpuinfra/weights efs tls,noatime,_netdev,nofail 0 0",
                "10.0.0.2:/files /mnt/gpuinfra/training nfs4 nfsvers=4.1,hard,nconnect=8,rsize=1048576,wsize=1048576,noatime,_netdev,nofail 0 0",
                "fs-2.fsx@tcp:/abc /mnt/gpuinfra/more lustre flock,noatime,_netdev,nofail 0 0",
            ],
            File.ReadAllLines(Path.Combine(_folder, "fstab")));
        Assert.Contains("mount /mnt/gpuinfra/weights", File.ReadAllLines(Path.Combine(_folder, "calls")));
    }

    [SkippableFact]
    public void What_it_does_not_know_is_refused()
    {
        var (code, said) = Run("FILES='weights cifs //x'; mount_files");
        Assert.NotEqual(0, code);
        Assert.Contains("refused: cifs is no file system that this knows", said, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Of_machines_that_start_together_one_copies_the_weights_and_the_others_find_them()
    {
        const string Copy = """
            fetch_weights() { [[ ! -e ${MODEL_DIR}.verified ]] || return 0; echo copied >> copies; sleep 0.3; touch "${MODEL_DIR}.verified"; }
            for i in 1 2 3 4; do fetch_shared & done
            wait
            """;
        var (code, said) = Run(Copy);
        Assert.True(code == 0, said);
        Assert.Single(File.ReadAllLines(Path.Combine(_folder, "copies")));
    }

    [SkippableFact]
    public void One_that_fails_lets_go_so_that_another_may_try()
    {
        var (code, said) = Run("fetch_weights() { echo tried >> tries; [[ $(wc -l < tries) -gt 1 ]]; }; fetch_shared || echo failed; fetch_shared && echo done");
        Assert.True(code == 0, said);
        Assert.Contains("failed\ndone", said, StringComparison.Ordinal);
    }

    private (int Code, string Said) Run(string what)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "The script runs on Linux.");
        using var bash = Process.Start(new ProcessStartInfo("bash", ["-c", Machine + what, "bash", _folder, Script]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var said = bash.StandardOutput.ReadToEnd() + bash.StandardError.ReadToEnd();
        bash.WaitForExit();
        return (bash.ExitCode, said);
    }
}
