using System.Text;
using GpuInfra.Planning.Demands.Traces;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Finance.Actuals;

/// <summary>
/// Reads a FOCUS export once, from front to end, plain or gzip: no row is kept. What cannot be read is counted by its reason, with its cost where
/// that can be read.
/// </summary>
public sealed class FocusReader
{
    private const int MostShown = 40;

    private readonly CsvRecords _rows;
    private readonly FocusColumns _columns;
    private readonly CostTags _tags;
    private readonly string _file;
    private readonly Month _month;
    private readonly FocusBill _bill = new();
    private readonly Func<byte[]> _plainTags;

    // The same as in the row before, nearly always.
    private byte[] _provider = [];
    private string _cloud = "";
    private CostOwner? _owner;
    private BillLine? _line;

    private FocusReader(CsvRecords rows, string file, Month month, TagPolicy tags)
    {
        (_rows, _file, _month, _tags) = (rows, file, month, new CostTags(tags));
        _columns = new FocusColumns(rows, file);
        _plainTags = () => _rows.Text(_columns.Tags).ToArray();
    }

    /// <summary>Adds up what an export says of a month.</summary>
    /// <param name="stream">The export; it is read once, and not closed.</param>
    /// <param name="file">Its name, for messages.</param>
    /// <param name="month">The month: charges that begin in it.</param>
    /// <param name="tags">What the organisation calls cost tags.</param>
    /// <exception cref="PlanException">It is no FOCUS export, or cannot be read to its end.</exception>
    public static FocusBill Read(Stream stream, string file, Month month, TagPolicy tags)
    {
        try
        {
            var rows = new CsvRecords(Unpacked.Of(stream));
            return rows.TryNext() ? new FocusReader(rows, file, month, tags).ReadAll() : throw Refused(file, "is empty");
        }
        catch (InvalidDataException problem)
        {
            throw Refused(file, $"cannot be read to its end: {problem.Message}");
        }
    }

    private FocusBill ReadAll()
    {
        while (_rows.TryNext())
        {
            _bill.Count();
            ReadRow();
        }

        return _bill;
    }

    private void ReadRow()
    {
        if (_rows.Count != _columns.Count)
        {
            CannotRead(_rows.IsUnfinished ? "cut off" : "form", _rows.Count == 0
                ? "breaks the rules of CSV: a quote in the wrong place, or a row of over 1 MiB"
                : FormattableString.Invariant($"has {_rows.Count} fields where the header has {_columns.Count}"), 0);
            return;
        }

        if (!FocusValues.TryNumber(_rows.Text(_columns.Effective), out var effective))
        {
            CannotRead("cost", $"EffectiveCost {Shown(_columns.Effective)} is no number", 0);
            return;
        }

        if (!FocusValues.TryNumber(_rows.Text(_columns.Billed), out var billed))
        {
            CannotRead("cost", $"BilledCost {Shown(_columns.Billed)} is no number", effective);
            return;
        }

        if (!FocusValues.TryTime(_rows.Text(_columns.Start), out var month, out _))
        {
            CannotRead("time", $"ChargePeriodStart {Shown(_columns.Start)} is no time in UTC, as 2026-12-01T00:00:00Z", effective);
            return;
        }

        if (month != _month)
        {
            _bill.IsOutside(month, effective);
            return;
        }

        if (!_rows.Text(_columns.Currency).SequenceEqual("USD"u8))
        {
            ReadForeign(effective);
            return;
        }

        if (KindOf() is { } kind)
        {
            Add(kind, billed, effective);
        }
        else
        {
            CannotRead("category", $"ChargeCategory {Shown(_columns.Category)} is none of Usage, Purchase, Tax, Credit, Adjustment", effective);
        }
    }

    private void ReadForeign(decimal effective)
    {
        var currency = Encoding.UTF8.GetString(_rows.Text(_columns.Currency));
        if (currency.Length == 0)
        {
            CannotRead("currency", "BillingCurrency is empty", effective);
        }
        else
        {
            _bill.IsForeign(currency.Length > MostShown ? currency[..MostShown] : currency, effective);
        }
    }

    private void Add(ChargeKind kind, decimal billed, decimal effective)
    {
        var cloud = Cloud();
        var owner = _columns.Tags < 0 ? CostOwner.None : _tags.Of(_rows.Raw(_columns.Tags), _plainTags);
        if (owner is null)
        {
            owner = CostOwner.None;
            _bill.CannotReadTags(Row("Tags are not JSON: the cost is nobody's"), effective);
        }

        var hours = kind == ChargeKind.Machine ? HoursOf(cloud) : 0;
        if (!ReferenceEquals(owner, _owner) || _line is null)
        {
            (_owner, _line) = (owner, _bill.Line(cloud, owner));
        }

        _line.Add(kind, billed, effective, hours, kind == ChargeKind.Machine && FocusValues.Is(Field(_columns.Pricing), "Standard"u8));
        if (effective < 0 && kind is ChargeKind.Machine or ChargeKind.Beside)
        {
            _bill.IsRefund(effective);
        }

        if (kind == ChargeKind.Machine && FocusValues.TryTime(Field(_columns.End), out var until, out var reached))
        {
            _bill.Reaches(cloud, until == _month ? reached : DateTime.DaysInMonth(_month.Year, _month.Number) * 24);
        }
    }

    private ChargeKind? KindOf()
    {
        if (FocusValues.Is(Field(_columns.Class), "Correction"u8))
        {
            return ChargeKind.Correction;
        }

        var category = Field(_columns.Category);
        if (FocusValues.Is(category, "Usage"u8))
        {
            return FocusValues.Is(Field(_columns.Commitment), "Unused"u8) || FocusValues.Is(Field(_columns.Reservation), "Unused"u8) ? ChargeKind.Idle
                : IsMachine() ? ChargeKind.Machine : ChargeKind.Beside;
        }

        return FocusValues.Is(category, "Purchase"u8) ? ChargeKind.Purchase
            : FocusValues.Is(category, "Tax"u8) ? ChargeKind.Tax
            : FocusValues.Is(category, "Credit"u8) ? ChargeKind.Credit
            : FocusValues.Is(category, "Adjustment"u8) ? ChargeKind.Adjustment
            : null;
    }

    /// <summary>Machines are billed by time; Google bills theirs in cores, memory and GPUs by the hour. Disks are by the month, traffic by the byte.</summary>
    private bool IsMachine()
    {
        var service = Field(_columns.Service);
        return (service.StartsWith("Amazon Elastic Compute Cloud"u8) || service.SequenceEqual("Compute Engine"u8))
            && (FocusValues.IsHours(Field(_columns.Unit)) || FocusValues.Is(Field(_columns.Unit), "gibibyte hour"u8));
    }

    private decimal HoursOf(string cloud)
    {
        var counts = FocusValues.IsHours(Field(_columns.Unit)) && (cloud != "gcp" || Field(_columns.Description).IndexOf("GPU"u8) >= 0);
        return counts && FocusValues.TryNumber(Field(_columns.Quantity), out var hours) ? hours : 0;
    }

    private string Cloud()
    {
        var provider = Field(_columns.Provider);
        if (!provider.SequenceEqual(_provider) || _cloud.Length == 0)
        {
            var name = Encoding.UTF8.GetString(provider);
            (_provider, _line) = (provider.ToArray(), null);
            _cloud = name switch
            {
                "AWS" or "Amazon Web Services" or "Amazon" => "aws",
                "Google Cloud" or "Google" or "GCP" or "Google Cloud Platform" => "gcp",
                "" => "(no provider)",
                _ => name.Length > MostShown ? name[..MostShown] : name,
            };
        }

        return _cloud;
    }

    private ReadOnlySpan<byte> Field(int column) => column < 0 ? default : _rows.Text(column);

    private string Shown(int column)
    {
        var text = Encoding.UTF8.GetString(_rows.Text(column));
        return $"\"{(text.Length > MostShown ? text[..MostShown] + "…" : text)}\"";
    }

    private void CannotRead(string reason, string message, decimal effective) => _bill.CannotRead(reason, Row(message), effective);

    private PlanProblem Row(string message) => new(_file, (int)Math.Min(_rows.Line, int.MaxValue), 1, "", message);

    private static PlanException Refused(string file, string message) => new([new PlanProblem(file, 0, 0, "", message)]);
}
