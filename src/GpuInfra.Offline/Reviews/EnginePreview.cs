using System.Collections.Immutable;
using GpuInfra.Offline.Diff;
using GpuInfra.Offline.Diff.Reading;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Offline.Reviews;

/// <summary>
/// What the real engine would do, as <c>pulumi preview --json</c> writes it: <c>steps</c> of <c>op</c> and <c>urn</c>, with
/// <c>replaceReasons</c> and <c>diffReasons</c> where there are any (pulumi/pulumi, sdk/v3/pkg/display/json.go: PreviewDigest, PreviewStep;
/// the words of <c>op</c>: sdk/go/common/apitype/history.go, read 2026-11-28).
/// </summary>
/// <param name="Steps">What happens to each resource, ordered by URN.</param>
/// <param name="Errors">Errors that the engine told, so that it may not have seen all.</param>
public sealed record EnginePreview(ImmutableArray<EngineStep> Steps, ImmutableArray<string> Errors)
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="shown">The file as the user wrote it.</param>
    /// <exception cref="PlanException">It is missing or holds something else, or a step that this version does not know.</exception>
    public static EnginePreview Read(string path, string shown) => JsonFile.Read(path, shown, "what `pulumi preview --json` wrote", Read);

    private static EnginePreview Read(RecordNode root)
    {
        var steps = (root.Find("steps") is { } list ? list.Items : []).Where(step => !IsBookkeeping(step["op"].Text)).Select(step => new EngineStep(
            step["urn"].Text,
            Action(step["op"]),
            [.. (step.Find("replaceReasons") ?? step.Find("diffReasons"))?.Items.Select(reason => reason.Text) ?? []]));
        var errors = root.Find("diagnostics") is { } diagnostics
            ? diagnostics.Items.Where(diagnostic => diagnostic.Find("severity")?.Text == "error").Select(diagnostic => diagnostic.Find("message")?.Text.Trim() ?? "an error")
            : [];
        if (root.Find("steps") is null && root.Find("changeSummary") is null)
        {
            throw new RecordFormatException("steps", "a list");
        }

        // A replacement is three steps: the strongest says what happens.
        return new EnginePreview(
            [.. steps.GroupBy(step => step.Urn, StringComparer.Ordinal).Select(group => group.MaxBy(step => Strength(step.Action))!)
                .OrderBy(step => step.Urn, StringComparer.Ordinal)],
            [.. errors]);
    }

    private static ResourceAction Action(RecordNode op) => op.Text switch
    {
        "same" or "read" or "refresh" => ResourceAction.Same,
        "create" or "import" => ResourceAction.Create,
        "update" => ResourceAction.Update,
        "delete" or "discard" => ResourceAction.Delete,
        "replace" or "create-replacement" or "delete-replaced" or "import-replacement" or "read-replacement" or "discard-replaced" => ResourceAction.Replace,
        var other => throw new RecordFormatException(op.Path, $"a step that this version knows, not \"{other}\""),
    };

    private static bool IsBookkeeping(string op) => op is "remove-pending-replace";

    private static int Strength(ResourceAction action) => action == ResourceAction.Delete ? (int)ResourceAction.Update : (int)action;
}

/// <summary>What the engine would do with a resource.</summary>
/// <param name="Urn">The resource.</param>
/// <param name="Action">What happens to it.</param>
/// <param name="Reasons">The inputs that are the reason.</param>
public sealed record EngineStep(string Urn, ResourceAction Action, ImmutableArray<string> Reasons);
