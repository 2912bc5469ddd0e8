namespace GpuInfra.Tests;

/// <summary>Compares with committed files.</summary>
internal static class Golden
{
    /// <summary>
    /// Asserts that a file, given by its path from the repository's root, holds <paramref name="actual"/>.
    /// With UPDATE_GOLDEN=1 in the environment the file is written instead.
    /// </summary>
    public static void AssertFile(string path, string actual)
    {
        var file = Path.Combine(Repository.Root, path);
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            File.WriteAllText(file, actual);
        }

        Assert.True(File.Exists(file), $"{path} is missing; run the tests with UPDATE_GOLDEN=1 to write it.");
        Assert.Equal(File.ReadAllText(file), actual);
    }
}
