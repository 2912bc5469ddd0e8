namespace GpuInfra.Tests;

/// <summary>A copy of the repository's project file and stacks, to be spoilt.</summary>
internal sealed class Sandbox : IDisposable
{
    /// <param name="locked">True to keep production to its lock, which any change of its plan makes foreign.</param>
    public Sandbox(bool locked = false)
    {
        Directory.CreateDirectory(Path.Combine(Root, "stacks"));
        File.Copy(Path.Combine(Repository.Root, "Pulumi.yaml"), In("Pulumi.yaml"));
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Repository.Root, "stacks"), "*.yaml"))
        {
            File.Copy(file, Stacks(Path.GetFileName(file)));
        }

        if (locked)
        {
            File.Copy(Path.Combine(Repository.Root, "stacks", ProdLock), Stacks(ProdLock));
        }
        else
        {
            Change("prod.plan.yaml", "lock: required", "lock: none");
        }
    }

    /// <summary>Production's lock.</summary>
    public const string ProdLock = "prod.fleet.lock.json";

    public string Root { get; } = Directory.CreateTempSubdirectory("gpuinfra-").FullName;

    public string In(string name) => Path.Combine(Root, name);

    public string Stacks(string name) => Path.Combine(Root, "stacks", name);

    /// <summary>Says what production runs, as its reviewed lock has it: its servings then stay on their machines for a small saving.</summary>
    public void Run() => File.Copy(Path.Combine(Repository.Root, "stacks", ProdLock), Stacks(ProdLock));

    /// <summary>Takes production's monitors away, or puts another key in their place.</summary>
    public void Watch(string monitoring = "")
    {
        var plan = File.ReadAllText(Stacks("prod.plan.yaml"));
        var (from, to) = (plan.IndexOf("monitoring:\n", StringComparison.Ordinal), plan.IndexOf("ledger:", StringComparison.Ordinal));
        File.WriteAllText(Stacks("prod.plan.yaml"), plan[..from] + monitoring + plan[to..]);
    }

    /// <summary>Replaces text in a stack's file; the text must be there.</summary>
    public void Change(string name, string from, string to)
    {
        var text = File.ReadAllText(Stacks(name));
        Assert.Contains(from, text, StringComparison.Ordinal);
        File.WriteAllText(Stacks(name), text.Replace(from, to, StringComparison.Ordinal));
    }

    /// <summary>Files that are in the sandbox, to tell whether a command left something.</summary>
    public IEnumerable<string> Files() =>
        Directory.EnumerateFiles(Root, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal);

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
