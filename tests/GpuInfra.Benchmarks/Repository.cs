namespace GpuInfra.Benchmarks;

/// <summary>The checkout that is measured; benchmark processes run in a folder of their own below it.</summary>
internal static class Repository
{
    /// <summary>The folder that holds the solution.</summary>
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    private static string Find(string folder) =>
        File.Exists(Path.Combine(folder, "GpuInfra.sln"))
            ? folder
            : Find(Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The benchmarks run outside a checkout."));
}
