using System.Collections.Immutable;
using System.Globalization;
using GpuInfra.Planning;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Cli.Csv;

/// <summary>A row of a CSV file.</summary>
internal sealed class CsvRow(string path, int line, ImmutableDictionary<string, int> columns, ImmutableArray<string> fields)
{
    /// <summary>The fields as they stand in the file, in the order of its columns.</summary>
    public ImmutableArray<string> Fields => fields;

    /// <summary>The line that the row begins on.</summary>
    public int Line => line;

    /// <summary>A field, without spaces around it.</summary>
    public string this[string column] => fields[columns[column]].Trim();

    /// <summary>A field, without spaces around it; null where the file has no such column.</summary>
    public string? Find(string column) => columns.ContainsKey(column) ? this[column] : null;

    /// <summary>A field, or null where it is blank: not found is never zero.</summary>
    public string? Optional(string column) => this[column] is { Length: > 0 } text ? text : null;

    /// <summary>A number, or null where the field is blank.</summary>
    /// <exception cref="PlanException">The field is neither.</exception>
    public decimal? Number(string column) => Optional(column) is not { } text
        ? null
        : decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number >= 0
            ? number
            : throw Wrong(column, "a number that is not negative");

    /// <summary>A price; blank and zero are both "not known".</summary>
    public decimal? Price(string column) => Number(column) is { } price and > 0 ? JsonText.Plain(price) : null;

    /// <summary>The first day of what is written as a day, a month or a year; null where the field is blank.</summary>
    public DateOnly? Day(string column) => Optional(column) is not { } text
        ? null
        : DateOnly.TryParseExact(text, ["yyyy-MM-dd", "yyyy-MM", "yyyy"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? day
            : throw Wrong(column, "a date as 2026-07-30, 2026-07 or 2026");

    /// <summary>The cloud.</summary>
    public CloudProvider Cloud(string column) => this[column] switch
    {
        "aws" => CloudProvider.Aws,
        "gcp" => CloudProvider.Gcp,
        _ => throw Wrong(column, "aws or gcp"),
    };

    /// <summary>A mistake in this row.</summary>
    public PlanException Wrong(string column, string expected) =>
        new([new PlanProblem(path, line, 0, column, $"\"{this[column]}\" is not {expected}")]);
}
