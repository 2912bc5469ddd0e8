using GpuInfra.Planning.Plans.Reading;

namespace GpuInfra.Planning.Plans.Sections;

/// <summary>What a kind of data in <c>storage</c> holds.</summary>
internal sealed record KeepingDraft(Keeping Keeping, SharedFiles? Files);

/// <summary>A kind of data in <c>storage</c>.</summary>
internal sealed class KeepingSection
{
    /// <summary>S3 moves nothing to the infrequent class before (Amazon S3 user guide, lifecycle transitions, read 2026-11-29).</summary>
    private const int LeastInfrequent = 30;

    /// <summary>Days that an object is charged for in the infrequent class, however soon it leaves it.</summary>
    private const int LeastBetween = 30;

    private const int MostDays = 3_650;

    private static readonly Key<int?> Keep = Reading.Key.OptionalNumber(
        "keep", Quantities.Days(1, MostDays), "How long it stays, as 90d; the last version stays for as long as older ones do after that. Left out, for ever.");

    private static readonly Key<int?> InfrequentAfter = Reading.Key.OptionalNumber(
        "infrequentAfter", Quantities.Days(LeastInfrequent, MostDays), "From when on it lies in the class for what is seldom read, as 30d. Left out, never.");

    private static readonly Key<int?> ArchiveAfter = Reading.Key.OptionalNumber(
        "archiveAfter", Quantities.Days(LeastInfrequent, MostDays), "From when on it lies in the class for archives, which is still read at once, as 180d. Left out, never.");

    private static readonly Key<bool> Hot = Reading.Key.Optional(
        "tier",
        new ChoiceValue<bool>(new("cold", false), new("hot", true)),
        "Where it lies. cold: in the bucket, and each machine copies what its job needs. hot: machines that train share a file system as well, which is paid by its size around the clock.",
        false);

    private static readonly Key<int?> SizeGb = Reading.Key.OptionalNumber("sizeGb", Quantities.WholeNumber(1, 1_000_000), "Size of the file system in GiB, for tier: hot.");

    private static readonly Key<FileSystemKind> Kind = Reading.Key.Optional(
        "fileSystem",
        new ChoiceValue<FileSystemKind>(new("nfs", FileSystemKind.Nfs), new("lustre", FileSystemKind.Lustre)),
        "Which file system, for tier: hot. nfs: EFS with elastic throughput, Filestore. lustre: FSx for Lustre, which shows the bucket's data, and Managed Lustre; machines need the client in their image.",
        FileSystemKind.Nfs);

    private readonly Keeping _otherwise;

    private KeepingSection(Key<KeepingDraft?> key, Keeping otherwise) => (Key, _otherwise) = (key, otherwise);

    public Key<KeepingDraft?> Key { get; }

    /// <summary>A kind of data that is in buckets alone.</summary>
    public static KeepingSection Of(string name, string description, Keeping otherwise) => new(
        Reading.Key.Optional(name, new Section<KeepingDraft>([Keep, InfrequentAfter, ArchiveAfter], fields => new KeepingDraft(Read(fields), null)), description), otherwise);

    /// <summary>A kind of data that machines may share on a file system.</summary>
    public static KeepingSection OfFiles(string name, string description) => new(
        Reading.Key.Optional(
            name, new Section<KeepingDraft>([Keep, InfrequentAfter, ArchiveAfter, Hot, SizeGb, Kind], fields => new KeepingDraft(Read(fields), Files(fields))), description),
        Keeping.Always);

    /// <summary>What the plan says of it.</summary>
    public Keeping In(Fields storage) => storage.Get(Key)?.Keeping ?? _otherwise;

    private static Keeping Read(Fields fields)
    {
        var (keep, infrequent, archive) = (fields.Get(Keep), fields.Get(InfrequentAfter), fields.Get(ArchiveAfter));
        if (infrequent is { } first && archive is { } second && second < first + LeastBetween)
        {
            fields.Refuse(ArchiveAfter, FormattableString.Invariant($"{second}d is less than 30 days after infrequentAfter ({first}d), and those are charged in any case: write {first + LeastBetween}d or more, or leave one out"));
        }

        if (keep is { } last && (archive ?? infrequent) is { } moved && last <= moved)
        {
            fields.Refuse(Keep, FormattableString.Invariant($"{last}d is over before it would be moved ({moved}d)"));
        }

        return new Keeping(infrequent, archive, keep);
    }

    /// <summary>The least sizes that clouds make: Filestore 1 TiB, FSx for Lustre 1.2 TiB, Managed Lustre 9,000 GiB in steps of that (provider schemas and documentation, read 2026-11-29).</summary>
    private static SharedFiles? Files(Fields fields)
    {
        if (!fields.Get(Hot))
        {
            foreach (var key in new Key[] { SizeGb, Kind }.Where(fields.Has))
            {
                fields.Refuse(key, "is for tier: hot");
            }

            return null;
        }

        if (fields.Get(SizeGb) is not { } size)
        {
            if (fields.IsSound(SizeGb))
            {
                fields.At.Refuse("tier: hot needs sizeGb: file systems are paid by their size");
            }

            return null;
        }

        return new SharedFiles(fields.Get(Kind), size);
    }
}
