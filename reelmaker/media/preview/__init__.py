"""What a person looks at before a reel is built: never what a reel is built from.

playable  whether a browser plays an upload as it is
proxy     a small file of a stretch of it, where no browser does
levels    how loud a stretch is over time, to be drawn as a wave
"""
