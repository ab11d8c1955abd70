// mlnetser: each command is one small file in Commands/ that reads options, calls one library method and shows the result.
return await MlNetSer.Cli.Tool.RunAsync(args);
