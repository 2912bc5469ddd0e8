namespace GpuInfra.Cli.Tests;

/// <summary>Whole outputs, kept as files: <c>UPDATE_GOLDEN=1 dotnet test</c> rewrites them, and the diff is the review.</summary>
internal static class Golden
{
    private static readonly string Directory = Path.Combine(Repository.Root, "tests", "GpuInfra.Cli.Tests", "Golden");

    public static void Holds(string name, string text)
    {
        var path = Path.Combine(Directory, name);
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            System.IO.Directory.CreateDirectory(Directory);
            File.WriteAllText(path, text);
        }

        Assert.True(File.Exists(path), $"{path} is missing; UPDATE_GOLDEN=1 writes it.");
        Assert.Equal(File.ReadAllText(path), text);
    }
}
