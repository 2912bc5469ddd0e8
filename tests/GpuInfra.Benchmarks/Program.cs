using System.Globalization;
using BenchmarkDotNet.Running;
using GpuInfra.Benchmarks;

// `scale` measures growth with the number of servings, each size in a process of its own; everything else is BenchmarkDotNet's.
switch (args)
{
    case ["scale"]:
        await Scale.RunAllAsync();
        break;
    case ["scale", var servings]:
        await Scale.RunOneAsync(int.Parse(servings, CultureInfo.InvariantCulture));
        break;
    default:
        BenchmarkSwitcher.FromAssembly(typeof(Scale).Assembly).Run(args);
        break;
}
