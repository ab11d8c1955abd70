namespace MlNetSer.Experiments;

/// <summary>Reports as one HTML file that needs no other: tables, confusion, learning curves, figures, protocol, environment.</summary>
public static class HtmlReport
{
    /// <summary>Writes the report on an output folder of an <see cref="Experiment"/>, or on one run record.</summary>
    /// <param name="run">The folder, or a JSON file of its <c>runs/</c>.</param>
    /// <param name="path">The HTML file to write.</param>
    /// <exception cref="IOException">There is no such run.</exception>
    /// <exception cref="InvalidDataException">A file is damaged.</exception>
    public static void Write(string run, string path)
    {
        var folder = new DirectoryInfo(run);
        string html;
        if (folder.Exists)
        {
            var settings = RunSettings.Load(folder);
            html = ExperimentReport.Html(folder, settings, Cells.Read(folder, settings));
        }
        else
        {
            html = RunReport.Html(ExperimentRun.Load(run));
        }
        SafeFile.Write(path, html);
    }

    /// <summary>Writes the figures of a run or a folder, as SVG and PNG.</summary>
    /// <param name="run">The folder, or a JSON file of its <c>runs/</c>.</param>
    /// <param name="folder">Where to.</param>
    /// <returns>The files, by name.</returns>
    /// <exception cref="IOException">There is no such run.</exception>
    /// <exception cref="InvalidDataException">A file is damaged.</exception>
    public static IReadOnlyList<string> WriteFigures(string run, string folder)
    {
        Directory.CreateDirectory(folder);
        List<string> files = [];
        var output = new DirectoryInfo(run);
        IReadOnlyList<ExperimentRun> runs;
        if (output.Exists)
        {
            var settings = RunSettings.Load(output);
            var cells = Cells.Read(output, settings);
            runs = cells.Runs;
            if (new Figure2(settings, cells) is { IsEmpty: false } blocks)
                Save("blocks", blocks.Draw());
        }
        else
        {
            runs = [ExperimentRun.Load(run)];
        }
        foreach (var one in runs)
        {
            Save(one.Name + ".confusion", Figures.Confusion(one.Within?.Pooled ?? one.Across!.Ensemble));
            if (one.Within is { } within)
                Save(one.Name + ".speakers", Figures.Speakers(within));
            if (one.Within is not null && one.Trainings.Count > 0)
                Save(one.Name + ".learning-curves", Figures.LearningCurves(one.Trainings));
        }
        return files;

        void Save(string name, Figure figure)
        {
            foreach (var ending in new[] { ".svg", ".png" })
            {
                figure.Save(Path.Combine(folder, name + ending));
                files.Add(name + ending);
            }
        }
    }
}
