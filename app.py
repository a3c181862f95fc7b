"""The command line (`uv run app.py --help`), and the service for a server (`app:create_app`)."""

if __name__ == "__main__":
    from commands import cli  # server processes need none of the commands, and few commands need the service

    cli()
else:
    from service import create_app

    __all__ = ["create_app"]
