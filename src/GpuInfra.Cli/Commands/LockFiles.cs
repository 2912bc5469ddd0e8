using GpuInfra.Planning.Locks;

namespace GpuInfra.Cli.Commands;

/// <summary>Locks that a command line names.</summary>
internal static class LockFiles
{
    /// <summary>Enough of a file to tell whether it is a lock.</summary>
    private const int Start = 64;

    /// <summary>What changes from one lock to another; null when neither file is a lock.</summary>
    /// <exception cref="Planning.Plans.PlanException">One is a lock and the other is none, or a lock cannot be read.</exception>
    public static LockDiff? Compare(AppConsole console, string before, string after) => (IsLock(console, before), IsLock(console, after)) switch
    {
        (false, false) => null,
        (true, true) => LockDiff.Between(Read(console, before), Read(console, after)),
        (true, false) => throw UserError.Because(after, $"is no lock, and {before} is one; compare two locks or two records."),
        (false, true) => throw UserError.Because(before, $"is no lock, and {after} is one; compare two locks or two records."),
    };

    private static FleetLock Read(AppConsole console, string file) => LockText.Read(File.ReadAllText(console.Resolve(file)), file);

    private static bool IsLock(AppConsole console, string file)
    {
        try
        {
            using var reader = new StreamReader(console.Resolve(file));
            var start = new char[Start];
            return LockText.IsLock(start.AsSpan(0, reader.ReadBlock(start)));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Whoever reads it as a record tells what is wrong with it.
            return false;
        }
    }
}
