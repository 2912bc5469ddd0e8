using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans.Reading;
using GpuInfra.Planning.Plans.Sections;

namespace GpuInfra.Planning.Plans;

/// <summary>Reads plan files, strictly: what is not understood is refused, and all problems are told at once.</summary>
public static class PlanFile
{
    /// <summary>Reads a plan file, the files it extends and the model configurations it names. Beside it, only a stack's lock is read from a file by this library.</summary>
    /// <param name="path">The file; problems name it so.</param>
    /// <param name="catalog">The models, regions and profiles that the plan may name.</param>
    /// <exception cref="PlanException">The file cannot be read, or something in it is wrong.</exception>
    public static CapacityPlan Load(string path, Catalog catalog) => Load(path, catalog, []);

    /// <summary>Reads a plan file as it would be with some changes, each as <c>workloads.chat.demand.scale=2</c>.</summary>
    /// <param name="path">The file; problems name it so.</param>
    /// <param name="catalog">The models, regions and profiles that the plan may name.</param>
    /// <param name="edits">The changes, in order; a comma in one begins the next where a path and an equals sign follow.</param>
    /// <exception cref="PlanException">The file cannot be read, or something in it or in a change is wrong.</exception>
    public static CapacityPlan Load(string path, Catalog catalog, IEnumerable<string> edits)
    {
        var reading = new PlanReading(catalog, readsFiles: true);
        return Read(path, file => PlanText.Read(file, reading), reading, edits);
    }

    /// <summary>Reads a plan from text. It cannot extend another one, since there is no folder to look in.</summary>
    /// <param name="text">The YAML text.</param>
    /// <param name="fileName">How problems name it.</param>
    /// <param name="catalog">The models, regions and profiles that the plan may name.</param>
    /// <exception cref="PlanException">Something in it is wrong.</exception>
    public static CapacityPlan Parse(string text, string fileName, Catalog catalog)
    {
        var reading = new PlanReading(catalog);
        return Read(fileName, file => file == fileName ? PlanText.Check(text, file, reading) : NoFolder(file, reading), reading);
    }

    /// <summary>Reads a plan from the bytes of files that stand beside each other.</summary>
    internal static CapacityPlan Parse(IReadOnlyDictionary<string, byte[]> files, string fileName, Catalog catalog)
    {
        var reading = new PlanReading(catalog);
        return Read(fileName, file => files.TryGetValue(file, out var bytes) ? PlanText.Decode(bytes, file, reading) : NoFolder(file, reading), reading);
    }

    /// <summary>Reads a plan whose texts come from elsewhere than its files, but that may name files beside them.</summary>
    /// <exception cref="PlanException">Something in it is wrong.</exception>
    internal static CapacityPlan Load(string path, Func<string, PlanReading, string?> textOf, Catalog catalog)
    {
        var reading = new PlanReading(catalog, readsFiles: true);
        return Read(path, file => textOf(file, reading), reading);
    }

    private static CapacityPlan Read(string file, Func<string, string?> textOf, PlanReading reading, IEnumerable<string>? edits = null)
    {
        var root = Inheritance.Resolve(file, textOf, reading);
        CapacityPlan? plan = null;
        if (root is not null)
        {
            root = (edits ?? []).SelectMany(PlanEdit.Split).Aggregate(root, (plan, edit) => PlanEdit.Apply(plan, edit, reading));
            PlanSection.Value.TryRead(new Cursor(root, "", reading), out plan);
        }

        reading.ThrowIfRefused();
        return plan!;
    }

    private static string? NoFolder(string file, PlanReading reading)
    {
        reading.Refuse(new PlanProblem(file, 0, 0, "", "cannot be extended here: the plan does not come from a file"));
        return null;
    }
}
